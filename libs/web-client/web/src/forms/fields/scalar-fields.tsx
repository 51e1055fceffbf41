import { useEffect, useState } from 'react'

import { briefText } from '../../results/cut-text.ts'
import { lineEndOf } from './change-value.ts'
import { useFieldState } from './form-context.ts'
import type { FormPart } from '../schema/form-part.ts'
import { Labelled } from './labelled.tsx'
import { parseText, readNumber } from './parse-text.ts'

/** Properties of the field of a part. */
export interface PartProps<Kind extends FormPart['kind'] = FormPart['kind']> {
  readonly part: FormPart & { readonly kind: Kind }
  readonly name: string
  readonly path: readonly string[]
  readonly isRequired: boolean
  /** Whether the value is an item or an entry, which exists even if it is empty. Default: false. */
  readonly isEntry?: boolean
  readonly value: unknown
  readonly onChange: (value: unknown) => void
}

const control =
  'block w-full rounded-md border border-edge bg-surface px-2 py-1 aria-invalid:border-bad'
const quiet = 'min-h-6 rounded px-1 text-xs text-muted hover:bg-sunken hover:text-text'

/** A text. A text with different line ends is edited as JSON, because a field would change the line ends. */
export function TextPart({ part, ...rest }: PartProps<'text'>) {
  const isMixed = typeof rest.value === 'string' && lineEndOf(rest.value) === undefined
  const [isRaw, setRaw] = useState(isMixed)
  if (isMixed && !isRaw) setRaw(true)
  if (!isRaw && !isMixed) return <PlainText {...rest} part={part} />
  const { isLong: _isLong, ...texts } = part
  return (
    <JsonPart {...rest} part={{ ...texts, kind: 'json', reason: 'Its lines end differently.' }} />
  )
}

/** A text with one kind of line end. An empty field sends nothing; the button sends an empty text. */
function PlainText(props: PartProps<'text'>) {
  const { part, name, path, isRequired, isEntry = false, value, onChange } = props
  const { id, messages, offered } = useFieldState(path)
  const isEmpty = value === ''
  const text = typeof value === 'string' ? value : value === undefined ? '' : briefText(value)
  const placeholder = isEmpty
    ? 'Sent as an empty text'
    : part.preset === undefined
      ? ''
      : briefText(part.preset)
  const lineEnd = lineEndOf(text) ?? '\n'
  const change = (changed: string) =>
    onChange(changed === '' && !isEntry ? undefined : changed.replaceAll('\n', lineEnd))
  const action =
    text === '' && !isEntry ? (
      <button
        aria-pressed={isEmpty}
        className={`${quiet} aria-pressed:bg-accent-soft aria-pressed:text-accent`}
        onClick={() => onChange(isEmpty ? undefined : '')}
        type="button"
      >
        Empty text<span className="sr-only"> for {name}</span>
      </button>
    ) : undefined
  return (
    <Labelled action={action} {...{ id, name, part, isRequired, messages }}>
      {(attributes) =>
        part.isLong || text.includes('\n') ? (
          <textarea
            className={`${control} field-sizing-content max-h-96 min-h-16 font-mono text-sm`}
            onChange={(event) => change(event.currentTarget.value)}
            placeholder={placeholder}
            spellCheck={false}
            value={text}
            {...attributes}
          />
        ) : (
          <>
            <input
              autoCapitalize="off"
              autoComplete="off"
              className={control}
              list={offered.length === 0 ? undefined : `${id}-offers`}
              onChange={(event) => change(event.currentTarget.value)}
              placeholder={placeholder}
              spellCheck={false}
              type="text"
              value={text}
              {...attributes}
            />
            {offered.length > 0 && (
              <datalist id={`${id}-offers`}>
                {offered.map((each) => (
                  <option key={each}>{each}</option>
                ))}
              </datalist>
            )}
          </>
        )
      }
    </Labelled>
  )
}

/** A number. The field keeps the typed text. If the text is not a number, the check reports it. */
export function NumberPart({ part, name, path, isRequired, value, onChange }: PartProps<'number'>) {
  const { id, messages } = useFieldState(path)
  const [typed, setTyped] = useState('')
  const text = readNumber(typed) === value ? typed : value === undefined ? '' : briefText(value)
  return (
    <Labelled {...{ id, name, part, isRequired, messages }}>
      {(attributes) => (
        <input
          autoComplete="off"
          className={control}
          inputMode={part.isInteger ? 'numeric' : 'decimal'}
          onChange={(event) => {
            setTyped(event.currentTarget.value)
            onChange(readNumber(event.currentTarget.value))
          }}
          placeholder={part.preset === undefined ? '' : briefText(part.preset)}
          type="text"
          value={text}
          {...attributes}
        />
      )}
    </Labelled>
  )
}

/** One of several values. The first choice sends nothing. */
export function ChoicePart({
  part,
  values,
  labels,
  name,
  path,
  isRequired,
  value,
  onChange,
}: PartProps & {
  readonly values: readonly unknown[]
  readonly labels?: readonly (string | undefined)[] | undefined
}) {
  const { id, messages } = useFieldState(path)
  const key = JSON.stringify(value)
  const index = values.findIndex((choice) => JSON.stringify(choice) === key)
  const isUnknown = index === -1 && value !== undefined
  return (
    <Labelled {...{ id, name, part, isRequired, messages }}>
      {(attributes) => (
        <select
          className={control}
          onChange={(event) => onChange(values[Number(event.currentTarget.value)])}
          value={isUnknown ? 'unknown' : index}
          {...attributes}
        >
          <option value={-1}>
            {part.preset === undefined ? 'Not set' : `Not set (${briefText(part.preset, 40)})`}
          </option>
          {values.map((choice, at) => (
            <option key={JSON.stringify(choice)} value={at}>
              {labels?.[at] ?? (choice === '' ? '(empty text)' : briefText(choice, 80))}
            </option>
          ))}
          {isUnknown && <option value="unknown">{briefText(value, 80)}</option>}
        </select>
      )}
    </Labelled>
  )
}

/** The only value that is allowed. */
export function ConstantPart(props: PartProps<'constant'>) {
  return <ChoicePart {...props} values={[props.part.value]} />
}

/** A value as JSON. The text stays as it was typed. Invalid JSON is reported, and does not change the value. */
export function JsonPart({ part, name, path, isRequired, value, onChange }: PartProps<'json'>) {
  const { id, messages, onProblem } = useFieldState(path)
  const [typed, setTyped] = useState('')
  const parsed = typed.trim() === '' ? { value: undefined } : parseText(typed)
  const isCurrent = 'problem' in parsed || JSON.stringify(parsed.value) === JSON.stringify(value)
  const text = isCurrent && typed !== '' ? typed : (JSON.stringify(value, null, 2) ?? '')
  const problem = isCurrent && 'problem' in parsed ? parsed.problem : undefined
  useEffect(() => {
    onProblem(id, problem)
    return () => onProblem(id, undefined)
  }, [id, problem, onProblem])
  const all = problem === undefined ? messages : [problem, ...messages]
  return (
    <Labelled {...{ id, name, part, isRequired }} messages={all}>
      {(attributes) => (
        <textarea
          className={`${control} field-sizing-content max-h-96 min-h-16 font-mono text-sm`}
          onChange={(event) => {
            const { value: changed } = event.currentTarget
            setTyped(changed)
            const read = changed.trim() === '' ? { value: undefined } : parseText(changed)
            if ('value' in read) onChange(read.value)
          }}
          placeholder="JSON"
          spellCheck={false}
          value={text}
          {...attributes}
        />
      )}
    </Labelled>
  )
}
