/** A table of the user's: which columns are learnt from, what is learnt, how it is dealt, and where it goes. */
import { isAbsent, isNumber } from '../../engine/formats/csv'
import { useStore } from 'zustand'
import type { Place, TableImportState } from '../state/table-import'
import type { ColumnSurvey } from '../state/table-survey'
import { NumberField, SelectField, ToggleField } from '../ui/fields'
import { strings } from '../ui/strings'
import { useStores } from '../ui/stores'
import { Modal } from './modal'
import './table-dialog.css'

const words = strings.table

/** Rows of the preview. */
const shownRows = 12

export function TableDialog() {
  const { tableImport } = useStores()
  const shown = useStore(tableImport.store)
  return shown === null ? null : <Table shown={shown} />
}

interface Shown {
  readonly shown: TableImportState
}

function Table({ shown }: Shown) {
  const { tableImport } = useStores()
  const { survey, outcome } = shown
  return (
    <Modal title={words.title(survey.file)} wide onClose={() => tableImport.close()}>
      <p className="dialog-text table-size">
        {words.size(survey.rows.length, survey.columns.length)}
        <label className="table-header">
          <input
            type="checkbox"
            checked={survey.header}
            onChange={(event) => void tableImport.setHeader(event.target.checked)}
          />
          {words.header}
        </label>
      </p>
      <Preview shown={shown} />
      <div className="table-settings">
        <Learning shown={shown} />
        <Dealing shown={shown} />
      </div>
      {outcome.problems.length === 0 ? (
        <p className="table-outcome" role="status">
          {words.outcome(
            outcome.rows,
            survey.rows.length,
            outcome.width,
            shown.choice.task === 'classes' ? (outcome.dataset?.classes.length ?? 0) : null,
          )}
        </p>
      ) : (
        <ul className="table-problems" role="alert">
          {outcome.problems.map((problem) => (
            <li key={problem}>{problem}</li>
          ))}
        </ul>
      )}
      <footer className="dialog-buttons">
        <WhereTo shown={shown} />
        <button type="button" className="button" onClick={() => tableImport.close()}>
          {strings.dialogs.cancel}
        </button>
        <button
          type="button"
          className="button button-primary"
          disabled={outcome.dataset === null}
          onClick={() => tableImport.take()}
        >
          {words.take}
        </button>
      </footer>
    </Modal>
  )
}

function roleOf({ choice }: TableImportState, name: string): 'target' | 'feature' | 'ignored' {
  if (name === choice.target) return 'target'
  return choice.features.includes(name) ? 'feature' : 'ignored'
}

function Preview({ shown }: Shown) {
  const { columns, rows } = shown.survey
  return (
    <div className="table-preview" role="region" aria-label={words.preview} tabIndex={0}>
      <table>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.name} scope="col" data-role={roleOf(shown, column.name)}>
                <ColumnHead shown={shown} column={column} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, shownRows).map((row, index) => (
            <tr key={index}>
              {columns.map((column, at) => (
                <Cell
                  key={column.name}
                  text={row[at] ?? ''}
                  column={column}
                  role={roleOf(shown, column.name)}
                />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > shownRows && <p className="table-more">{words.more(rows.length - shownRows)}</p>}
    </div>
  )
}

function ColumnHead({ shown, column }: Shown & { readonly column: ColumnSurvey }) {
  const { tableImport } = useStores()
  const { name, kind, missing, values, odd } = column
  const { features } = shown.choice
  const role = roleOf(shown, name)
  const others = features.filter((each) => each !== name)
  const inOrder = (chosen: readonly string[]) =>
    shown.survey.columns.map((each) => each.name).filter((each) => chosen.includes(each))
  return (
    <>
      <span className="table-name" title={name}>
        {name}
      </span>
      <select
        className="select table-role"
        aria-label={words.role(name)}
        value={role}
        onChange={({ target: { value } }) => {
          if (value === 'target') tableImport.aim(name)
          else tableImport.choose({ features: value === 'feature' ? inOrder([...others, name]) : others })
        }}
      >
        {(['feature', 'target', 'ignored'] as const)
          // What is to be learnt changes when another column is chosen for it.
          .filter((each) => role !== 'target' || each === 'target')
          .map((each) => (
            <option key={each} value={each}>
              {words.roles[each]}
            </option>
          ))}
      </select>
      <small>
        {kind === 'number' ? words.kinds.number : words.words(values?.length ?? null)}
        {missing > 0 && <em className="table-missing">{words.missing(missing)}</em>}
        {odd.length > 0 && <em className="table-odd">{words.oddCells(odd.length)}</em>}
      </small>
    </>
  )
}

interface CellProps {
  readonly text: string
  readonly column: ColumnSurvey
  readonly role: string
}

function Cell({ text, column, role }: CellProps) {
  const state = isAbsent(text) ? 'missing' : column.kind === 'number' && !isNumber(text) ? 'odd' : 'good'
  return (
    <td
      data-role={role}
      data-state={state}
      data-kind={column.kind}
      title={text.length > 24 ? text : undefined}
    >
      {text === '' ? '–' : text}
    </td>
  )
}

function Learning({ shown }: Shown) {
  const { tableImport } = useStores()
  const { survey, choice } = shown
  const target = survey.columns.find(({ name }) => name === choice.target)
  const gaps = survey.rows.length - shown.outcome.rows
  return (
    <div>
      <SelectField
        label={words.target}
        value={choice.target}
        options={survey.columns.map(({ name }) => [name, name])}
        onChange={(name) => tableImport.aim(name)}
      />
      <SelectField
        label={words.task}
        value={choice.task}
        options={target?.kind === 'words' ? [['classes', words.tasks.classes]] : Object.entries(words.tasks)}
        onChange={(task) => tableImport.choose({ task: task as 'classes' | 'value' })}
      />
      <ToggleField
        label={words.leaveOut(choice.leaveOut ? gaps : 0)}
        value={choice.leaveOut}
        onChange={(leaveOut) => tableImport.choose({ leaveOut })}
      />
    </div>
  )
}

function Dealing({ shown }: Shown) {
  const { tableImport } = useStores()
  const { dealing } = shown
  const share = { integer: false, min: 0, max: 0.9 }
  return (
    <div>
      <NumberField
        label={words.validation}
        value={dealing.validation}
        {...share}
        gesture={words.validation}
        onChange={(validation) => tableImport.deal({ validation })}
      />
      <NumberField
        label={words.test}
        value={dealing.test}
        {...share}
        gesture={words.test}
        onChange={(test) => tableImport.deal({ test })}
      />
      <ToggleField
        label={words.standardise}
        value={dealing.scale === 'standardise'}
        onChange={(on) => tableImport.deal({ scale: on ? 'standardise' : 'none' })}
      />
      <ToggleField
        label={words.shuffle}
        value={dealing.shuffle}
        onChange={(shuffle) => tableImport.deal({ shuffle })}
      />
    </div>
  )
}

function keyOf(place: Place): string {
  return typeof place === 'string' ? place : `node:${place.node}`
}

function WhereTo({ shown }: Shown) {
  const { tableImport } = useStores()
  const places = new Map<string, Place>([
    ...shown.places.map(({ node }): [string, Place] => [keyOf({ node }), { node }]),
    ['new-node', 'new-node'],
    ['new-network', 'new-network'],
    ['new-document', 'new-document'],
  ])
  const label = (place: Place): string =>
    typeof place === 'string'
      ? words.places[place]
      : words.places.node(shown.places.find(({ node }) => node === place.node)?.label ?? place.node)
  return (
    <label className="table-place">
      {words.place}
      <select
        className="select"
        value={keyOf(shown.place)}
        onChange={(event) => tableImport.put(places.get(event.target.value) ?? 'new-network')}
      >
        {[...places].map(([key, place]) => (
          <option key={key} value={key}>
            {label(place)}
          </option>
        ))}
      </select>
    </label>
  )
}
