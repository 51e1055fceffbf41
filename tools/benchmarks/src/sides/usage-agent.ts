import { writeFileSync } from 'node:fs'
import { Session } from 'node:inspector/promises'

import { respondToOrders } from './serve-side.ts'

// Preloaded into an app that is measured as its npm script starts it.
const session = new Session()

respondToOrders({
  async startProfile(intervalUs) {
    session.connect()
    await session.post('Profiler.enable')
    await session.post('Profiler.setSamplingInterval', { interval: intervalUs })
    await session.post('Profiler.start')
    return 0
  },
  // Writes the profile to the path of the environment.
  async stopProfile() {
    const { profile } = await session.post('Profiler.stop')
    session.disconnect()
    const path = process.env['BENCHMARK_PROFILE']
    if (path !== undefined) writeFileSync(path, JSON.stringify(profile))
    return 0
  },
})
