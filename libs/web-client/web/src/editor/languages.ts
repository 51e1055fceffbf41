import { json } from '@codemirror/lang-json'
import { markdownKeymap, markdownLanguage } from '@codemirror/lang-markdown'
import type { SQLDialect } from '@codemirror/lang-sql'
import { MySQL, PostgreSQL, sql, SQLite, StandardSQL } from '@codemirror/lang-sql'
import type { Extension } from '@codemirror/state'
import { EditorView, keymap } from '@codemirror/view'

/** Language of an editor. The languages of databases are dialects of SQL. */
export type CodeLanguage = 'text' | 'json' | 'markdown' | 'sql' | 'postgresql' | 'mysql' | 'sqlite'

/** Returns the syntax of a language. Lines of prose wrap, lines of code do not. */
export function languageExtension(language: CodeLanguage): Extension {
  switch (language) {
    case 'text':
      return EditorView.lineWrapping
    case 'json':
      return json()
    case 'markdown':
      // The function `markdown` would also load the parsers of HTML, CSS and JavaScript, which have 60 kB.
      return [markdownLanguage, keymap.of(markdownKeymap), EditorView.lineWrapping]
    default:
      return sql({ dialect: sqlDialect(language) })
  }
}

/** Returns a dialect of SQL by the name that the database server uses. */
export function sqlDialect(name: string): SQLDialect {
  switch (name) {
    case 'postgresql':
      return PostgreSQL
    case 'mysql':
      return MySQL
    case 'sqlite':
      return SQLite
    default:
      return StandardSQL
  }
}
