// The program is plain JavaScript in a string. A file would have another name in a build and would need type
// stripping.
//
// Checkpoints without a lock come first and do most of the work. They cannot complete while this process keeps
// writing, so the last checkpoint locks the file for the rest. The first write after that checkpoint flushes
// the header of the journal to the disk. The thread makes this write, so that no request waits for the disk.
const maxPasses = 3
// If fewer pages were written since the last pass, a further pass without a lock is not worth it.
const minNewPages = 512

/** The program of the thread that writes checkpoints. */
export const checkpointProgram = `
const { parentPort, workerData } = require('node:worker_threads')
const { DatabaseSync } = require('node:sqlite')
const database = new DatabaseSync(workerData.file)
database.exec('PRAGMA busy_timeout = 1000')
database.exec('PRAGMA synchronous = NORMAL')
database.exec('PRAGMA wal_autocheckpoint = 0')
const version = database.prepare('PRAGMA user_version').get().user_version
const passive = database.prepare('PRAGMA wal_checkpoint(PASSIVE)')
function moveMost() {
  let last = -1
  for (let pass = 0; pass < ${maxPasses}; pass++) {
    const { log } = passive.get()
    if (log - last < ${minNewPages}) return
    last = log
  }
}
let mode
function attempt(step, next) {
  try {
    step()
    parentPort.postMessage({ type: next })
  } catch ({ message, errcode = 1 }) {
    parentPort.postMessage({ type: 'failed', message, errcode })
  }
}
parentPort.on('message', (message) => {
  if (message !== 'lock') {
    mode = message
    attempt(moveMost, 'locking')
    return
  }
  attempt(() => {
    database.exec('PRAGMA wal_checkpoint(' + mode + ')')
    if (mode === 'RESTART') database.exec('PRAGMA user_version = ' + version)
  }, 'done')
})
`
