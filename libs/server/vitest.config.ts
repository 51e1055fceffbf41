import { sharedProcess } from '../../vitest.preset.ts'

export default sharedProcess
