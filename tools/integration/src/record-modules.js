import { writeSync } from 'node:fs'
import { registerHooks } from 'node:module'

// Preloaded into an app. Prints the URL of each module that the app loads, in the order of loading.
registerHooks({
  load(url, context, next) {
    writeSync(2, `loads ${url}\n`)
    return next(url, context)
  },
})
