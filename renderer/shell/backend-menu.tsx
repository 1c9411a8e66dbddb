/**
 * Where training runs: the truth, its reason, and the choice for the next run.
 */
import { ChevronDown } from 'lucide-react'
import type { BackendInfo, BackendName } from '../../engine/session/protocol'
import { LiveText } from '../ui/live-text'
import { Menu, type MenuEntry } from '../ui/menu'
import { strings } from '../ui/strings'
import { useSession, useStores } from '../ui/stores'
import { translate } from '../ui/translate'
import { runSpeed } from './run-numbers'

const words = strings.backend
const names: readonly BackendName[] = ['webgpu', 'webgl', 'wasm', 'cpu']

export function BackendMenu() {
  const { session } = useStores()
  const backend = useSession((state) => state.backend)
  const backends = useSession((state) => state.backends)
  const auto = useSession((state) => state.auto)
  const choice = useSession((state) => state.choice)
  const capture = useSession((state) => state.capture)
  const precision = useSession((state) => state.precision)
  const status = useSession((state) => state.status)
  const shown = backend ?? backends?.find((each) => each.name === (choice === 'auto' ? auto : choice)) ?? null

  const entries: MenuEntry[] = [
    { id: 'heading', heading: strings.menu.backend },
    {
      id: 'auto',
      label: auto === null ? words.auto : words.autoIs(words.names[auto]),
      checked: choice === 'auto',
      run: () => session.actions.setBackend('auto'),
    },
    ...names.map((name): MenuEntry => {
      const there = backends?.find((each) => each.name === name)
      const detail = there === undefined ? (backends === null ? undefined : words.missing) : describe(there)
      return {
        id: name,
        label: words.names[name],
        ...(detail === undefined || detail === '' ? {} : { detail }),
        disabled: backends !== null && there === undefined,
        checked: choice === name,
        run: () => session.actions.setBackend(name),
      }
    }),
  ]
  const where = shown === null ? (backends === null ? words.asking : '') : translate(shown.reason)
  const said = [capture, precision].flatMap((sentence) => (sentence === null ? [] : [translate(sentence)]))
  const reason = [where, ...said].join(' ')
  const busy = status === 'running' || status === 'paused'
  const name = shown !== null ? shortName(shown) : choice === 'auto' ? words.auto : words.short[choice]
  return (
    <Menu
      label={strings.menu.backend}
      value={name}
      align="end"
      className="button-quiet backend-button"
      onOpen={() => void session.actions.askBackends()}
      entries={entries}
      footer={busy ? `${reason} ${words.nextRun}` : reason}
      button={
        <>
          <span className="led" data-status={status} aria-hidden />
          <span className="backend-name">{name}</span>
          {status === 'running' && <LiveText className="backend-speed" read={runSpeed} />}
          <ChevronDown size={14} aria-hidden />
        </>
      }
    />
  )
}

function shortName(info: BackendInfo): string {
  const name = words.short[info.name]
  return info.adapter === '' ? name : `${name} · ${info.adapter}`
}

function describe(info: BackendInfo): string {
  if (info.adapter === '') return ''
  return info.software ? words.software(info.adapter) : info.adapter
}
