import { isRecord } from '@mcp/protocol'

// The hash has two halves of 32 bits, which are multiplied by different constants. The entries of a
// record are hashed one by one, and their hashes are added, so that the order of keys does not matter.
// The hash of an entry combines its key and value, so swapping the values of two keys changes the hash.
let high = 0
let low = 0

const float = new Float64Array(1)
const words = new Int32Array(float.buffer)

/**
 * Returns a hash of 53 bits that is equal for equal requests, regardless of the order of their keys.
 * The hash distinguishes a repeated request from a different request with the same id.
 */
export function fingerprint(type: string, payload: unknown): number {
  start(1)
  addText(type)
  const typeHigh = high
  const typeLow = low
  hash(payload)
  mix(typeHigh)
  mix(typeLow)
  finish()
  return (high >>> 0) * 0x20_0000 + (low >>> 11)
}

/** Leaves the hash of a value in `high` and `low`. */
function hash(value: unknown): void {
  if (typeof value === 'string') {
    start(2)
    addText(value)
  } else if (typeof value === 'number') {
    start(3)
    addNumber(value)
  } else if (isRecord(value)) {
    hashRecord(value)
  } else if (Array.isArray(value)) {
    hashArray(value)
  } else {
    start(value === true ? 4 : value === false ? 5 : 6)
  }
  finish()
}

function hashArray(items: readonly unknown[]): void {
  let arrayHigh = 7
  let arrayLow = items.length
  for (const item of items) {
    hash(item)
    arrayHigh = Math.imul(arrayHigh ^ high, 0x01_00_01_93) + 1
    arrayLow = Math.imul(arrayLow ^ low, 0x5b_d1_e9_95) + 1
  }
  high = arrayHigh
  low = arrayLow
}

function hashRecord(record: Readonly<Record<string, unknown>>): void {
  let sumHigh = 8
  let sumLow = 9
  for (const key of Object.keys(record)) {
    const value = record[key]
    // JSON omits keys whose value is undefined.
    if (value === undefined) continue
    hash(value)
    addText(key)
    finish()
    sumHigh = (sumHigh + high) | 0
    sumLow = (sumLow + low) | 0
  }
  high = sumHigh
  low = sumLow
}

function start(kind: number): void {
  high = kind
  low = ~kind
}

function mix(word: number): void {
  high = Math.imul(high ^ word, 0x01_00_01_93)
  low = Math.imul(low ^ word, 0x5b_d1_e9_95)
  low ^= low >>> 15
}

function addText(text: string): void {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    high = Math.imul(high ^ code, 0x01_00_01_93)
    low = Math.imul(low ^ code, 0x5b_d1_e9_95)
    low ^= low >>> 15
  }
  mix(text.length)
}

function addNumber(value: number): void {
  // Adding zero turns -0 into 0, because `JSON.stringify` writes both as 0.
  float[0] = value + 0
  mix(words[0] ?? 0)
  mix(words[1] ?? 0)
}

function finish(): void {
  high ^= high >>> 16
  high = Math.imul(high, 0x85_eb_ca_6b)
  high ^= high >>> 13
  low ^= low >>> 16
  low = Math.imul(low, 0xc2_b2_ae_35)
  low ^= low >>> 13
  // The halves are mixed with each other, so that a collision in one half is not a collision in both.
  const swap = high
  high = (high + Math.imul(low, 0x27_d4_eb_2f)) | 0
  low = (low ^ Math.imul(swap, 0x16_56_67_b1)) | 0
}
