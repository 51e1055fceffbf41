import { createActionCommand } from './action-command.ts'

export const models = createActionCommand({
  name: 'models',
  description: 'Lists the models of each provider, and what a provider lacks.',
  actions: {
    list: {
      async run({ rest, output, signal }) {
        const list = await rest.models.list({ signal })
        const rows = list.providers.flatMap(({ id, isDefault, models: names, missing, error }) => {
          const provider = isDefault ? `${id} (default)` : id
          const lacks = missing.length === 0 ? '' : `needs ${missing.join(' and ')}`
          if (names.length === 0) return [[provider, '', error?.message ?? lacks]]
          return names.map((name) => [provider, name, ''])
        })
        output.table(['provider', 'model', 'state'], rows, list)
      },
    },
  },
})
