/**
 * How a weight's first values are drawn: the kind, and the numbers that this kind has.
 */
import type { Initialiser, InitialiserKind } from '../../nodes/kit/initialiser'
import { NumberField, SelectField } from '../ui/fields'
import { strings } from '../ui/strings'

/** What each kind begins with when it is chosen. `values` is not chosen here: it comes with a document. */
const fresh: { readonly [K in Exclude<InitialiserKind, 'values'>]: Extract<Initialiser, { kind: K }> } = {
  zeros: { kind: 'zeros' },
  ones: { kind: 'ones' },
  constant: { kind: 'constant', value: 0.1 },
  normal: { kind: 'normal', mean: 0, stddev: 0.05 },
  uniform: { kind: 'uniform', min: -0.05, max: 0.05 },
  glorotUniform: { kind: 'glorotUniform' },
  glorotNormal: { kind: 'glorotNormal' },
  heUniform: { kind: 'heUniform' },
  heNormal: { kind: 'heNormal' },
  lecunUniform: { kind: 'lecunUniform' },
  lecunNormal: { kind: 'lecunNormal' },
  orthogonal: { kind: 'orthogonal', gain: 1 },
  unitForgetBias: { kind: 'unitForgetBias' },
}

interface InitialiserEditorProps {
  readonly label: string
  readonly doc: string
  readonly value: Initialiser
  onChange(value: Initialiser): void
}

export function InitialiserEditor({ label, doc, value, onChange }: InitialiserEditorProps) {
  const kinds = Object.keys(fresh).map((kind) => [kind, strings.words(kind)] as const)
  const options =
    value.kind === 'values' ? [...kinds, ['values', strings.inspector.fixedValues] as const] : kinds
  const numbers = Object.entries(value).filter(
    (entry): entry is [string, number] => typeof entry[1] === 'number',
  )
  return (
    <>
      <SelectField
        label={label}
        doc={doc}
        value={value.kind}
        options={options}
        onChange={(kind) => {
          if (kind !== 'values') onChange(fresh[kind as keyof typeof fresh])
        }}
      />
      {value.kind !== 'values' && numbers.length > 0 && (
        <div className="inspector-nested">
          {numbers.map(([name, number]) => (
            <NumberField
              key={name}
              label={strings.words(name)}
              value={number}
              integer={false}
              {...(name === 'stddev' ? { min: 0 } : {})}
              gesture={strings.labels.setParam(label)}
              onChange={(next) => onChange({ ...value, [name]: next })}
            />
          ))}
        </div>
      )}
    </>
  )
}
