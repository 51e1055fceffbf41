import { library } from '../../tsup.preset.ts'

export default library(['src/*.ts', '!src/*.test.ts', '!src/list-shape.ts'])
