import * as z from 'zod'

import { parseBytes, parseDuration } from './quantities.ts'

const names = (what: string) =>
  z.union([z.string().min(1), z.array(z.string().min(1)).min(1)], {
    error: `must be ${what}, or a list of them`,
  })

const positive = () => z.int('must be a whole number').min(1, 'must be at least 1')

const durationSchema = () =>
  z
    .string('must be a duration such as 30s, 1m, 2h or 1d')
    .refine((text) => parseDuration(text) !== undefined, {
      error: 'must be a duration such as 30s, 1m, 2h or 1d',
    })

const bytesSchema = () =>
  z.union([positive(), z.string()]).refine((value) => parseBytes(value) !== undefined, {
    error: 'must be a number of bytes, such as 500000, 500kB or 10MB',
  })

const limitSchema = () =>
  z.strictObject({
    requests: positive(),
    per: durationSchema(),
    by: z
      .enum(['principal', 'operation', 'server', 'all'], {
        error: 'must be principal, operation, server or all',
      })
      .default('principal'),
  })

const budgetSchema = () =>
  z
    .strictObject({
      calls: positive().optional(),
      tokens: positive().optional(),
      bytes: bytesSchema().optional(),
    })
    .refine((budget) => Object.keys(budget).length > 0, {
      error: 'must have calls, tokens or bytes',
    })

const hintsSchema = () =>
  z.strictObject({
    readOnly: z.boolean().optional(),
    idempotent: z.boolean().optional(),
    destructive: z.boolean().optional(),
    openWorld: z.boolean().optional(),
    interactive: z.boolean().optional(),
  })

const effects = ['allow', 'deny', 'ask'] as const
const effectSchema = () => z.enum(effects, { error: 'must be allow, deny or ask' })

const ruleSchema = () =>
  z
    .strictObject({
      name: z.string().min(1).max(200).optional(),
      who: names('a caller').optional(),
      server: names('a server').optional(),
      operation: names('an operation').optional(),
      hints: hintsSchema().optional(),
      where: names('a condition').optional(),
      effect: effectSchema(),
      limit: limitSchema().optional(),
      budget: budgetSchema().optional(),
    })
    .refine(({ effect, limit, budget }) => effect !== 'deny' || (!limit && !budget), {
      error: 'a rule with the effect deny has no limit and no budget',
      path: ['effect'],
    })

const caseSchema = () =>
  z.strictObject({
    name: z.string().optional(),
    principal: z.string().min(1).optional(),
    roles: z.array(z.string()).optional(),
    scopes: z.array(z.string()).optional(),
    tenant: z.string().optional(),
    claims: z.record(z.string(), z.unknown()).optional(),
    local: z.boolean().optional(),
    server: z.string().min(1),
    operation: z.string().min(1),
    target: z.unknown().optional(),
    params: z.record(z.string(), z.unknown()).optional(),
    hints: hintsSchema().optional(),
    expect: effectSchema(),
    rule: z.string().optional(),
  })

/** Returns the schema of a policy file. */
export const policySchema = () =>
  z.strictObject({
    version: z.literal(1, { error: 'must be 1' }).optional(),
    default: z.enum(['allow', 'deny'], { error: 'must be allow or deny' }).optional(),
    rules: z.array(ruleSchema()),
    cases: z.array(caseSchema()).optional(),
  })

export type PolicyContent = z.output<ReturnType<typeof policySchema>>
export type RuleContent = PolicyContent['rules'][number]
export type LimitContent = NonNullable<RuleContent['limit']>
export type BudgetContent = NonNullable<RuleContent['budget']>
export type PolicyCase = NonNullable<PolicyContent['cases']>[number]
export type Effect = (typeof effects)[number]
