/** Files of a new workspace. The examples of the contract refer to them. */
export const starterNotes: Readonly<Record<string, string>> = {
  'notes/todo.md': '- buy milk\n- call Ada\n',
  'notes/ideas.md': 'Write a letter\n',
  'greeting.txt': 'Hello world\n',
  'log.txt': 'first\n',
  'inbox/letter.txt': 'Dear Ada\n',
  'old/draft.txt': 'never finished\n',
}
