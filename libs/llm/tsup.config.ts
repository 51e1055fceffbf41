import { library } from '../../tsup.preset.ts'

export default library([
  'src/index.ts',
  'src/node.ts',
  'src/settings.ts',
  'src/testing.ts',
  'src/tracing.ts',
])
