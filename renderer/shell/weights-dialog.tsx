/** Which tensor of a file goes where in the graph: what was matched, how surely, and what people set themselves. */
import { useStore } from 'zustand'
import type { MappingRow, MappingState } from '../state/weights-import'
import { strings } from '../ui/strings'
import { useStores } from '../ui/stores'
import { Modal } from './modal'

const words = strings.weights

export function WeightsDialog() {
  const { weightsImport } = useStores()
  const shown = useStore(weightsImport.store)
  return shown === null ? null : <Mapping shown={shown} />
}

function Mapping({ shown }: { readonly shown: MappingState }) {
  const { weightsImport } = useStores()
  const filled = shown.rows.filter(({ theirs }) => theirs !== null).length
  return (
    <Modal title={words.title(shown.fileName)} wide onClose={() => weightsImport.close()}>
      <p className="dialog-text">{words.filled(filled, shown.rows.length)}</p>
      {shown.problems.map((problem) => (
        <p key={problem} className="row-error" role="alert">
          {problem}
        </p>
      ))}
      <div className="mapping" role="region" aria-label={words.table} tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">{words.ours}</th>
              <th scope="col">{words.shape}</th>
              <th scope="col">{words.theirs}</th>
              <th scope="col">{words.by}</th>
            </tr>
          </thead>
          <tbody>
            {shown.rows.map((row) => (
              <Row key={row.ours} row={row} />
            ))}
          </tbody>
        </table>
      </div>
      {shown.left.length > 0 && <p className="dialog-text">{words.left(shown.left)}</p>}
      <footer className="dialog-buttons">
        {shown.proposals > 0 && (
          <button type="button" className="button dialog-aside" onClick={() => weightsImport.useProposals()}>
            {words.useProposals(shown.proposals)}
          </button>
        )}
        <button
          type="button"
          className="button"
          data-first={filled === 0 ? true : undefined}
          onClick={() => weightsImport.close()}
        >
          {strings.dialogs.cancel}
        </button>
        <button
          type="button"
          className="button button-primary"
          data-first={filled > 0 ? true : undefined}
          disabled={filled === 0}
          onClick={() => void weightsImport.take()}
        >
          {words.take}
        </button>
      </footer>
    </Modal>
  )
}

function Row({ row }: { readonly row: MappingRow }) {
  const { weightsImport } = useStores()
  return (
    <tr data-open={row.theirs === null}>
      <th scope="row">{row.ours}</th>
      <td className="mapping-shape">{row.shape.join(' × ')}</td>
      <td>
        <select
          className="select"
          aria-label={words.choose(row.ours)}
          value={row.theirs ?? ''}
          onChange={(event) => weightsImport.choose(row.ours, event.target.value || null)}
        >
          <option value="">{row.choices.length === 0 ? words.none : words.keep}</option>
          {row.choices.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      </td>
      <td>{row.by === null ? '' : words.ways[row.by]}</td>
    </tr>
  )
}
