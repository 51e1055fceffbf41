import { library } from '../../tsup.preset.ts'

export default library([
  'src/index.ts',
  'src/http.ts',
  'src/node.ts',
  'src/settings.ts',
  'src/testing.ts',
])
