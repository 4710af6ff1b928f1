// The page `/login`: a password, a second factor where one is asked for, and the first start.

const SILENT = 'The server does not answer. Is it running?';
const HOME = '/';

const TITLES = {
  login: ['Sign in', 'to Argosy'],
  'second-factor': ['Second factor', 'One more thing, and you are in'],
  setup: ['Welcome to Argosy', 'Choose a password for the administrator'],
};

const byId = (id) => document.getElementById(id);
const forms = Object.keys(TITLES).map(byId);
let challenge = null;
let setupToken = null;

// What an answer says, or why there is none.
async function post(path, content) {
  let response;
  try {
    response = await fetch(path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
      credentials: 'same-origin',
      body: JSON.stringify(content),
    });
  } catch {
    return { error: { message: SILENT } };
  }
  try {
    return { status: response.status, ...(await response.json()) };
  } catch {
    return { error: { message: `The server answered ${response.status} without JSON.` } };
  }
}

// Only paths of this server: whoever made the link to this page chose the rest.
function wayBack() {
  const wish = new URLSearchParams(location.search).get('next') ?? HOME;
  try {
    const url = new URL(wish, location.origin);
    const isHere = url.origin === location.origin && url.pathname !== location.pathname;
    // All of it: the path of `/.//elsewhere` is `//elsewhere`, which alone names another server.
    return isHere && wish.startsWith('/') ? url.href : HOME;
  } catch {
    return HOME;
  }
}

function show(id) {
  const [title, lead] = TITLES[id];
  document.title = `${title} · Argosy`;
  byId('title').textContent = title;
  byId('lead').textContent = lead;
  byId('foot').hidden = id !== 'login';
  for (const form of forms) {
    form.hidden = form.id !== id;
    tell(form, '');
  }
  const empty = [...byId(id).elements].find((e) => e.required && !e.value && !e.readOnly);
  empty?.focus();
}

// An empty problem is none. A screen reader speaks what is put here.
function tell(form, message, field = null) {
  const problem = byId(`${form.id}-problem`);
  problem.textContent = message;
  for (const input of form.querySelectorAll('input')) {
    if (input === field) input.setAttribute('aria-invalid', 'true');
    else input.removeAttribute('aria-invalid');
  }
  field?.focus();
  field?.select();
}

function firstEmpty(form) {
  return [...form.querySelectorAll('input')].find((input) => input.required && !input.value);
}

// Runs `send` for what was filled in, once at a time.
function onSubmit(id, send) {
  const form = byId(id);
  const button = form.querySelector('[type=submit]');
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (button.getAttribute('aria-disabled') === 'true') return;
    const empty = firstEmpty(form);
    if (empty) {
      tell(form, 'Please fill this in.', empty);
      return;
    }
    tell(form, '');
    // Not `disabled`: that would take the keyboard's focus away.
    button.setAttribute('aria-disabled', 'true');
    await send(form);
    button.setAttribute('aria-disabled', 'false');
  });
}

function enter() {
  location.replace(wayBack());
}

async function logIn(form) {
  const password = byId('password');
  const name = byId('name').value.trim();
  const answer = await post('/api/login', { name, password: password.value });
  if (answer.error) {
    tell(form, answer.error.message, password);
  } else if (answer.challenge) {
    challenge = answer.challenge;
    show('second-factor');
  } else {
    enter();
  }
}

async function sendCode(form) {
  const code = byId('code');
  const answer = await post('/api/login/second-factor', { challenge, code: code.value.trim() });
  if (answer.error) tell(form, answer.error.message, code);
  else enter();
}

async function setUp(form) {
  const password = byId('new-password');
  if (password.value.length < password.minLength) {
    tell(form, `Take ${password.minLength} letters or more.`, password);
    return;
  }
  const answer = await post('/api/setup', { token: setupToken, password: password.value });
  if (answer.error) tell(form, answer.error.message, password);
  else enter();
}

// The home page leads browsers away in which nobody is signed in. It is asked from
// here: whoever comes by a link on another site comes without their cookie, which
// the browser sends for this site's own requests alone.
async function isSignedIn() {
  const headers = { Accept: 'text/html' };
  try {
    const answer = await fetch(HOME, { method: 'HEAD', headers, redirect: 'manual' });
    return answer.ok;
  } catch {
    return false;
  }
}

// The token leaves the address at once, and with it the browser's history. A setup
// link is for whoever opens it, also where somebody is signed in already.
async function begin() {
  const token = new URLSearchParams(location.hash.slice(1)).get('setup');
  if (!token) {
    show('login');
    if ((await isSignedIn()) && !setupToken) enter();
    return;
  }
  history.replaceState(null, '', location.pathname + location.search);
  setupToken = token;
  const answer = await post('/api/setup', { token });
  if (answer.error) {
    setupToken = null;
    show('login');
    tell(byId('login'), answer.error.message);
    return;
  }
  byId('setup-name').value = answer.name;
  show('setup');
}

function goBack() {
  challenge = null;
  byId('password').value = '';
  byId('code').value = '';
  show('login');
}

function reveal(event) {
  const button = event.currentTarget;
  const input = byId(button.getAttribute('aria-controls'));
  const isShown = input.type === 'text';
  input.type = isShown ? 'password' : 'text';
  button.setAttribute('aria-pressed', String(!isShown));
  button.textContent = isShown ? 'Show' : 'Hide';
}

onSubmit('login', logIn);
onSubmit('second-factor', sendCode);
onSubmit('setup', setUp);
byId('back').addEventListener('click', goBack);
for (const button of document.querySelectorAll('.reveal')) button.addEventListener('click', reveal);
addEventListener('hashchange', begin); // the link was opened where this page was open already
begin();
