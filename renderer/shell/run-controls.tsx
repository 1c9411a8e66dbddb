/**
 * Train, pause, step, stop. Once there are weights, going on from them and starting anew stand side by side.
 */
import { Footprints, Pause, Play, RotateCcw, Square, StepForward } from 'lucide-react'
import { CommandButton } from '../commands/command-button'
import { strings } from '../ui/strings'
import { useSession, useStepwise } from '../ui/stores'
import { useLacking } from './use-lacking'

const words = strings.commands

export function RunControls() {
  const status = useSession((state) => state.status)
  const canContinue = useSession((state) => state.canContinue)
  const stepping = useStepwise((state) => state.open)
  const what = useLacking()
  const resting = status === 'idle' || status === 'ended' || status === 'failed'
  const lacking = resting ? what : null
  return (
    <div className="header-group run-controls" role="group" aria-label={strings.run.status[status]}>
      <CommandButton
        id="trainOrPause"
        // It looks as if it could not be pressed, and asks for what is missing when it is.
        className={lacking === null ? 'button-primary run-main' : 'button-primary button-lacking run-main'}
        title={lacking ?? mainTitle(status, canContinue)}
      >
        {status === 'running' ? (
          <Pause size={15} fill="currentColor" aria-hidden />
        ) : (
          <Play size={15} fill="currentColor" aria-hidden />
        )}
        {mainLabel(status, canContinue)}
      </CommandButton>
      <CommandButton
        id="step"
        className={lacking === null ? '' : 'button-lacking'}
        title={lacking ?? words.stepHint}
      >
        <StepForward size={15} aria-hidden />
        {words.step}
      </CommandButton>
      <CommandButton
        id="stepThrough"
        iconOnly
        className={lacking === null ? '' : 'button-lacking'}
        title={lacking ?? words.stepThroughHint}
        pressed={stepping}
      >
        <Footprints size={15} aria-hidden />
      </CommandButton>
      <CommandButton id="stop" iconOnly title={words.stopHint}>
        <Square size={13} fill="currentColor" aria-hidden />
      </CommandButton>
      {/* Last: it comes while the pointer is still on the button that starts, and must not come under it. */}
      {(canContinue || !resting) && (
        <CommandButton id="restart" title={words.restartHint}>
          <RotateCcw size={15} aria-hidden />
          <span className="wide-only">{words.restart}</span>
        </CommandButton>
      )}
    </div>
  )
}

type Status = keyof typeof strings.run.status

function mainLabel(status: Status, canContinue: boolean): string {
  if (status === 'running') return words.pause
  if (status === 'paused') return words.resume
  if (status === 'starting') return strings.run.status.starting
  return canContinue ? words.continueRun : words.train
}

function mainTitle(status: Status, canContinue: boolean): string {
  if (status === 'running') return words.pause
  if (status === 'paused') return words.resume
  return canContinue ? words.continueHint : words.train
}
