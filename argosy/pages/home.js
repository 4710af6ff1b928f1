// Signs out at the page `/`.

document.getElementById('sign-out')?.addEventListener('click', async (event) => {
  const button = event.currentTarget;
  button.disabled = true;
  try {
    const headers = { 'Content-Type': 'application/json' };
    const answer = await fetch('/api/logout', { method: 'POST', headers, body: '{}' });
    if (!answer.ok) throw new Error(answer.statusText);
    location.assign('/login');
  } catch {
    document.getElementById('sign-out-problem').textContent = 'You are not signed out: try again.';
    button.disabled = false;
  }
});
