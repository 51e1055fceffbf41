import { writeFileSync } from 'node:fs'
import { Session } from 'node:inspector/promises'

const session = new Session()

export async function startProfile(intervalUs: number): Promise<number> {
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.setSamplingInterval', { interval: intervalUs })
  await session.post('Profiler.start')
  return 0
}

/** Writes the profile to the path in `BENCHMARK_PROFILE`. */
export async function stopProfile(): Promise<number> {
  const { profile } = await session.post('Profiler.stop')
  session.disconnect()
  const path = process.env['BENCHMARK_PROFILE']
  if (path !== undefined) writeFileSync(path, JSON.stringify(profile))
  return 0
}
