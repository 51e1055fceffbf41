import manifest from '../../package.json' with { type: 'json' }
import { exitCodeMeanings } from '../output/exit-codes.ts'
import type { RemoteCommand } from './run-remote.ts'
import { exitWithUsageError } from './usage-error.ts'

interface Command {
  readonly summary: string
  /** Loads the code of the command, which other commands do not load. */
  readonly load: () => Promise<(parameters: readonly string[]) => Promise<void>>
  /** Loads the description of a command that {@link runRemote} runs. Used by the prompt and the completion. */
  readonly loadRemote?: (() => Promise<RemoteCommand>) | undefined
}

const commands: Readonly<Record<string, Command>> = {
  call: remote('Call an operation', async () => (await import('./call.ts')).call),
  servers: remote(
    'List the servers; add, remove and log in at standard MCP servers',
    async () => (await import('./actions/servers.ts')).servers,
  ),
  operations: remote(
    'List the operations, all or of one server',
    async () => (await import('./catalogue.ts')).operations,
  ),
  describe: remote('Describe an operation', async () => (await import('./catalogue.ts')).describe),
  ask: remote('Run a prompt or a direct form', async () => (await import('./ask.ts')).ask),
  conversations: remote(
    'List, show, export and delete conversations',
    async () => (await import('./actions/conversations.ts')).conversations,
  ),
  models: remote('List the models', async () => (await import('./actions/models.ts')).models),
  grants: remote(
    'List and remove the operations that you have allowed always',
    async () => (await import('./actions/grants.ts')).grants,
  ),
  sessions: remote(
    'List, show and close sessions',
    async () => (await import('./actions/sessions.ts')).sessions,
  ),
  saved: remote(
    'List, save, run and delete named calls',
    async () => (await import('./actions/saved.ts')).saved,
  ),
  activity: remote(
    'Print the requests and responses of the session',
    async () => (await import('./actions/activity.ts')).activity,
  ),
  events: remote('Print the notifications', async () => (await import('./events.ts')).events),
  lines: remote(
    'Send one request per line of standard input',
    async () => (await import('./lines.ts')).lines,
  ),
  policy: remote(
    'Explain the policy of the hub, or test a policy file',
    async () => (await import('./policy.ts')).policy,
  ),
  audit: remote('Verify an audit file', async () => (await import('./audit.ts')).audit),
  backup: remote(
    'Copy the data folder, also while a hub uses it',
    async () => (await import('./data/backup.ts')).backup,
  ),
  migrate: remote(
    'Copy the sessions and conversations of a data folder to Redis',
    async () => (await import('./data/migrate.ts')).migrate,
  ),
  doctor: remote('Check the connection', async () => (await import('./doctor.ts')).doctor),
  completion: remote(
    'Print the completion script of a shell',
    async () => (await import('./completion.ts')).completion,
  ),
  start: {
    summary: 'Start the hub: web client, session manager and servers in one process',
    load: async () => (await import('./start.ts')).start,
  },
  stdio: {
    summary: 'Serve the hub, or an MCP endpoint at a URL, to a client that uses stdio',
    load: async () => (await import('./stdio.ts')).stdio,
  },
  views: {
    summary: 'Print the views of the hub with the number of their tools and tokens',
    load: async () => (await import('./views.ts')).views,
  },
}

/** Defines a command that can connect to a hub, and receives the options for that, such as `--url`. */
function remote(summary: string, load: () => Promise<RemoteCommand>): Command {
  return {
    summary,
    loadRemote: load,
    async load() {
      const [{ runRemote }, command] = await Promise.all([import('./run-remote.ts'), load()])
      return (parameters) => runRemote(command, parameters)
    },
  }
}

/** Runs the command that the parameters name. */
export async function runCommand(parameters: readonly string[]): Promise<void> {
  const [name, ...rest] = parameters
  if (name === '--help' || name === '-h' || name === 'help') {
    process.stdout.write(help())
  } else if (name === '--version' || name === '-v') {
    process.stdout.write(`${manifest.version}\n`)
  } else if (name === undefined || name.startsWith('-')) {
    await runWithoutName(parameters)
  } else if (Object.hasOwn(commands, name)) {
    const run = await commands[name]?.load()
    await run?.(rest)
  } else if (/\s|:\/\//.test(name)) {
    // A prompt or a direct form in quotes, such as "select 1".
    const run = await commands['ask']?.load()
    await run?.(parameters)
  } else if (name === 'complete') {
    const { complete } = await import('./complete.ts')
    await complete(rest, {
      commands: Object.keys(commands),
      load: async (command) =>
        Object.hasOwn(commands, command) ? commands[command]?.loadRemote?.() : undefined,
    })
  } else {
    const { didYouMean, nearNames } = await import('@mcp/protocol/light')
    const near = didYouMean(nearNames(name, Object.keys(commands)))
    exitWithUsageError(`Unknown command "${name}"${near}`)
  }
}

/** Opens a prompt on a terminal. Otherwise the text of standard input is the prompt. */
async function runWithoutName(parameters: readonly string[]): Promise<void> {
  if (!process.stdin.isTTY) {
    const run = await commands['ask']?.load()
    return run?.(parameters)
  }
  const [{ runRemote }, { createPrompt }] = await Promise.all([
    import('./run-remote.ts'),
    import('../prompt/create-prompt.ts'),
  ])
  return runRemote(createPrompt(commands), parameters)
}

function help(): string {
  const names = Object.entries(commands).map(
    ([name, { summary }]) => `  mcp ${name.padEnd(12)}${summary}`,
  )
  return [
    `mcp ${manifest.version}`,
    '',
    'Commands:',
    '  mcp             Open a prompt',
    ...names,
    '',
    'Options: --version, --help; mcp <command> --help describes a command.',
    '',
    'Exit codes:',
    ...exitCodeMeanings.map(([code, meaning]) => `  ${String(code).padEnd(5)}${meaning}`),
    '',
  ].join('\n')
}
