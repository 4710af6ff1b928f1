const status = `# Run: the play button or Ctrl-Enter.
# Suggestions: Ctrl-Space.
# Documentation: the book on the left.

query Status {
  status {
    version
    uptime
    activeTasks
  }
}
`;

const add = `mutation Add {
  addDownloads(input: { urls: ["https://example.com/file.zip"] }) {
    tasks {
      id
      state
    }
    errors {
      code
      message
      field
    }
  }
}
`;

const progress = `# Put a task's id into the variables below.

subscription Progress($taskId: ID!) {
  taskProgress(taskId: $taskId) {
    taskId
    progress
    speed
    eta
    status
  }
}
`;

export const defaultTabs = [
  { query: status },
  { query: add },
  {
    query: progress,
    variables: JSON.stringify({ taskId: 'task_...' }, null, 2),
  },
];
