import { hubConfig } from '@mcp/hub/settings'
import { readEnvironment } from '@mcp/node'

import { backUpFolder } from '../../backup/back-up-folder.ts'
import type { RemoteCommand } from '../run-remote.ts'
import { onlyWord } from '../run-remote.ts'

export const backup: RemoteCommand = {
  name: 'backup',
  usage: '<folder>',
  description:
    'Copies the data folder to a new folder, also while a hub uses it. Everything that was acknowledged before is in the copy.',
  values: { data: 'Data folder to copy, in place of MCP_DATA_DIR.' },
  maxWords: 1,
  async run(context) {
    const { output, signal, values } = context
    const target = onlyWord(context, 'The folder of the backup')
    const data =
      values['data'] ?? readEnvironment(hubConfig.pick({ MCP_DATA_DIR: true })).MCP_DATA_DIR
    const result = await backUpFolder({ data, target, signal })
    output.data(result, () =>
      [
        `${result.folder}: ${result.files} files, ${result.bytes} bytes.`,
        `Databases: ${result.databases.join(', ') || 'none'}.`,
      ].join('\n'),
    )
    for (const { name, reason } of result.omitted) {
      output.note(`Not in the backup: "${name}", because ${reason}.`)
    }
  },
}
