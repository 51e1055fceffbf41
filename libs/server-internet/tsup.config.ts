import { library } from '../../tsup.preset.ts'

export default library(['src/index.ts', 'src/guarded-fetch.ts', 'src/settings.ts', 'src/worker.ts'])
