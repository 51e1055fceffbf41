import fc from 'fast-check'

/** Keys that break code which looks up or merges object keys without care. */
const trap = fc.constantFrom('__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty')

const key = fc.oneof(fc.string(), trap, fc.constantFrom('tool', 'operation', 'params', 'a', 'b'))

const scalar = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('\ud800', '\udfff', '\u0000', '\u2028', '𝔘', '', 'a'.repeat(10_000)),
  fc.double(),
  fc.constantFrom(1e308, -1e308, 5e-324, Number.MAX_SAFE_INTEGER + 2, -0),
  fc.boolean(),
  fc.constant(null),
)

/** Any JSON value, including the keys and scalars above. */
export const hostileValue = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    scalar,
    fc.array(tie('value'), { maxLength: 5 }),
    fc.dictionary(key, tie('value'), { maxKeys: 5 }),
  ),
})).value

const payload = fc.oneof(
  hostileValue,
  fc.record(
    {
      tool: fc.oneof(fc.constantFrom('calculator', 'textProcessor', 'tools'), trap, hostileValue),
      operation: fc.oneof(fc.constantFrom('add', 'divide', 'reverse', 'list'), trap, hostileValue),
      params: fc.oneof(
        fc.record({ a: hostileValue, b: hostileValue, text: hostileValue }, { requiredKeys: [] }),
        hostileValue,
      ),
    },
    { requiredKeys: [] },
  ),
)

/** A value similar to a request envelope. */
export const hostileEnvelope = fc.record(
  {
    id: fc.oneof(fc.constantFrom('same-id', 'x'.repeat(10_000)), fc.uuid(), hostileValue),
    timestamp: fc.oneof(fc.constant('2026-11-22T06:31:10.123456'), hostileValue),
    type: fc.oneof(
      { weight: 4, arbitrary: fc.constant('tool-execution') },
      fc.constantFrom('llm-response', 'Tool', 'nothing-takes-this'),
      trap,
      hostileValue,
    ),
    payload,
    metadata: fc.oneof(
      fc.record(
        { version: fc.constantFrom('1.0', '2.0', 'x'), source: hostileValue, sessionId: trap },
        { requiredKeys: [] },
      ),
      hostileValue,
    ),
  },
  { requiredKeys: [] },
)

/** A value similar to the body that opens a session or runs a prompt. */
const hostileCall = fc.record(
  {
    clientId: hostileValue,
    metadata: hostileValue,
    ttlMs: hostileValue,
    prompt: fc.oneof(fc.constant('What is 1/0?'), fc.string(), hostileValue),
  },
  { requiredKeys: [] },
)

/** Invalid JSON texts: lone surrogates, numbers such as 1e999, truncated and deeply nested bodies. */
const rawText = fc.oneof(
  fc.constantFrom('', '{', '[', '"', '{"a":', 'nul', '{"type":"\\ud800"}', '{"a":1e999}', '﻿{}'),
  fc.constantFrom('['.repeat(100_000), '{"a":'.repeat(100_000), '[]'.repeat(1000)),
  fc.constant('{"__proto__":{"polluted":true},"type":"tool-execution"}'),
  fc.string({ unit: 'binary' }),
)

/** The text of a body. */
export const hostileBody = fc.oneof(
  { weight: 3, arbitrary: hostileEnvelope.map((value) => JSON.stringify(value)) },
  { weight: 2, arbitrary: hostileCall.map((value) => JSON.stringify(value)) },
  { weight: 1, arbitrary: hostileValue.map((value) => JSON.stringify(value)) },
  { weight: 1, arbitrary: rawText },
)
