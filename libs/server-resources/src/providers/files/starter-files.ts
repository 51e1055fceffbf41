/** Files of a new resource folder. The examples of the contract refer to them. */
export const starterFiles: Readonly<Record<string, string>> = {
  'notes.md': '# Notes\n\nWrite to Ann in Oslo.\n',
  'data/cities.csv': 'city,country\nOslo,Norway\nLima,Peru\n',
  'todo.md': '- bread\n',
  'old.md': 'Long ago.\n',
}
