import { library } from '../../tsup.preset.ts'

export default library([
  'src/index.ts',
  'src/agent.ts',
  'src/light.ts',
  'src/rest.ts',
  'src/testing.ts',
])
