import type { ReplicaChannel } from '@mcp/concurrency'

import type { SignalBus } from './store/signal-bus.ts'

/** Creates a channel between the session managers that share a signal bus. */
export function createReplicaChannel(signals: SignalBus, channel: string): ReplicaChannel {
  return {
    publish: (message) => signals.publish({ type: 'message', channel, message }),
    subscribe: ({ onMessage, onMissed }) =>
      signals.subscribe(undefined, (signal) => {
        if (signal.type === 'missed') onMissed()
        else if (signal.type === 'message' && signal.channel === channel) onMessage(signal.message)
      }),
  }
}
