import { JsonTree } from '../../results/json-tree.tsx'
import type { PlanStep } from './read-plan.ts'
import { readPlan } from './read-plan.ts'

/** The plan of a statement: its steps with their share of the cost. */
export function PlanTree({ plan }: { readonly plan: unknown }) {
  const step = readPlan(plan)
  return (
    <section aria-label="Plan" className="min-h-0 grow overflow-auto" tabIndex={0}>
      {step === undefined ? (
        <JsonTree value={plan} />
      ) : (
        <ul className="text-sm">
          <PlanLine step={step} total={step.cost ?? 0} />
        </ul>
      )}
      {step !== undefined && (
        <details className="mt-3 text-sm">
          <summary className="text-muted">As JSON</summary>
          <JsonTree value={plan} />
        </details>
      )}
    </section>
  )
}

function PlanLine({ step, total }: { readonly step: PlanStep; readonly total: number }) {
  const { title, details, cost, rows, actualMs, children } = step
  const share = cost === undefined || total === 0 ? undefined : (ownCost(step) / total) * 100
  return (
    <li className="py-0.5">
      <div className="flex flex-wrap items-center gap-x-3">
        <span className="font-medium">{title}</span>
        {share !== undefined && (
          <span className="flex items-center gap-1 text-muted">
            <meter
              aria-label={`Share of the cost of ${title}`}
              className="h-2 w-16"
              max={100}
              min={0}
              value={share}
            />
            {share.toFixed(0)} %
          </span>
        )}
        {cost !== undefined && <span className="text-muted">cost {cost.toLocaleString('en')}</span>}
        {rows !== undefined && <span className="text-muted">rows {rows.toLocaleString('en')}</span>}
        {actualMs !== undefined && <span className="text-muted">{actualMs.toFixed(2)} ms</span>}
      </div>
      {details.map((detail) => (
        <div className="font-mono text-xs wrap-anywhere text-muted" key={detail}>
          {detail}
        </div>
      ))}
      {children.length > 0 && (
        <ul className="ml-1.5 border-l border-line pl-4">
          {children.map((child, index) => (
            <PlanLine key={`${index}`} step={child} total={total} />
          ))}
        </ul>
      )}
    </li>
  )
}

/** Returns the cost of a step without the steps below it. */
function ownCost({ cost = 0, children }: PlanStep): number {
  return Math.max(0, cost - children.reduce((sum, child) => sum + (child.cost ?? 0), 0))
}
