import { library } from '../../tsup.preset.ts'

export default library({
  index: 'src/index.ts',
  settings: 'src/settings.ts',
  'pglite-worker': 'src/engines/pglite/pglite-worker.ts',
  'parse-worker': 'src/guard/parse-worker.ts',
  'sqlite-worker': 'src/engines/sqlite/sqlite-worker.ts',
})
