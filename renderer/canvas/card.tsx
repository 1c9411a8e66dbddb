/**
 * A node on the canvas. Few elements and no effects: 300 of these are on screen while one pans. The body is memoised on
 * its model, so a drag renders only the wrapper. The number at the lower right is painted by the overlay, not by React.
 */
import type { NodeProps } from '@xyflow/react'
import { Ban, CircleAlert, CornerUpRight, Snowflake, TriangleAlert } from 'lucide-react'
import { Fragment, memo, useLayoutEffect, useRef, type ReactNode, type RefObject } from 'react'
import { cardWidth } from '../state/card-size'
import { strings } from '../ui/strings'
import { footText, type CardModel } from './card-model'
import { describeNode } from './describe'
import { useCardFace, type CardFace } from './faces'
import { Ports } from './port'
import type { StillCard } from './still'
import { linesOf, widthInEms, wordsOf } from './text-width'

const words = strings.canvas

export const Card = memo(function Card({ id, selected }: NodeProps<StillCard>) {
  const face = useCardFace(id)
  return face === undefined ? null : <Face id={id} face={face} selected={selected} />
})

interface FaceProps {
  readonly id: string
  readonly face: CardFace
  readonly selected: boolean
}

function Face({ id, face: { model, places }, selected }: FaceProps) {
  const body = useRef<HTMLDivElement>(null)
  // The name belongs to what takes the focus, which is React Flow's.
  useLayoutEffect(() => {
    body.current?.closest('.react-flow__node')?.setAttribute('aria-label', describeNode(model))
  }, [model])
  return (
    <>
      {model.form === 'point' ? (
        <div ref={body} className={selected ? 'point card-selected' : 'point'} />
      ) : (
        <CardBody body={body} model={model} selected={selected} />
      )}
      <Ports node={id} model={model} places={places} />
    </>
  )
}

const CardBody = memo(function CardBody({
  body,
  model,
  selected,
}: {
  readonly body: RefObject<HTMLDivElement | null>
  readonly model: CardModel
  readonly selected: boolean
}) {
  const classes = [
    'card',
    `card-${model.family}`,
    model.form === 'end' ? 'card-end' : '',
    selected ? 'card-selected' : '',
    model.errors.length > 0 ? 'card-broken' : '',
    model.disabled ? 'card-disabled' : '',
    model.bypass ? 'card-bypassed' : '',
    model.repeat > 1 ? 'card-stacked' : '',
  ]
  return (
    <div ref={body} className={classes.filter((name) => name !== '').join(' ')}>
      <b className={titleClass(model)}>
        <span className={nameClass(model)}>{nameOf(model)}</span>
        {model.repeat > 1 && <span className="card-repeat">×{model.repeat}</span>}
        {model.frozen && <Snowflake className="card-frozen" size={12} aria-hidden />}
        {model.bypass && <CornerUpRight className="card-frozen" size={12} aria-hidden />}
        {model.disabled && <Ban className="card-off" size={12} aria-hidden />}
      </b>
      <Summary model={model} />
      <Foot model={model} />
    </div>
  )
})

/** Room for text, in the style sheet's numbers: of a line, beside the marks of a title, beside a badge. */
const textWidth = cardWidth - 28
const markWidth = 20
const footWidth = cardWidth - 79
/** Sizes of a title in the levels of detail; from afar it has two lines. */
const titleSizes = { near: 13, middle: 18, far: 19.6, farther: 27 } as const
/** From afar the name has the width of the card. */
const nameWidth = cardWidth - 20
/** Of a title that has no room in the size of the middle level. */
const longTitle = 15
/** From furthest away, of one with a word that has none. */
const longWordSize = 23.6
/** Only near. */
const footSizes = { near: 10.5, middle: 0 } as const
const summarySizes = { near: 11.5, middle: 15 } as const

/** Where a title has the line of the summary, too. */
const isTall = ({ title, summary, form }: CardModel) =>
  summary === '' && form === 'card' && widthInEms(title) * titleSizes.near > textWidth - markWidth

/** A name with the places where it may be broken, if a word of it has no room in the largest letters. */
function nameOf({ title }: CardModel): ReactNode {
  if (longestWord(title) * longWordSize <= nameWidth) return title
  return wordsOf(title).map((parts, index) => {
    const word = parts.join('').trimEnd()
    return (
      <Fragment key={index}>
        {index > 0 && <wbr />}
        <span className="card-word">
          {parts.map((part, at) => (
            <Fragment key={at}>
              {at > 0 && <wbr className="card-syllable" />}
              {part.trimEnd()}
            </Fragment>
          ))}
        </span>
        {word.length < parts.join('').length && ' '}
      </Fragment>
    )
  })
}

const longestWord = (title: string) => Math.max(...title.split(' ').map(widthInEms))

/** Where all of it may not fit, the part that says most stands alone: the other one wraps out of sight. */
function Summary({ model: { summary, brief } }: { readonly model: CardModel }) {
  const name = clipped('card-summary', summary, summarySizes, textWidth)
  if (brief === '' || name === 'card-summary') return <span className={name}>{summary}</span>
  const first = summary.startsWith(brief)
  const part = <span className={clipped('card-part', brief, summarySizes, textWidth)}>{brief}</span>
  return (
    <span className={`${name} card-parts ${first ? '' : 'card-parts-last'}`}>
      {first && part}
      <span className="card-part">
        {first ? summary.slice(brief.length) : summary.slice(0, -brief.length)}
      </span>
      {!first && part}
    </span>
  )
}

/** Clipped always, or in the larger letters of the middle level. */
function clipped(
  name: string,
  text: string,
  sizes: { readonly near: number; readonly middle: number },
  room: number,
): string {
  const width = widthInEms(text)
  if (width * sizes.near > room) return `${name} card-clip`
  return width * sizes.middle > room ? `${name} card-clip-large` : name
}

function nameClass(model: CardModel): string {
  const { title, repeat, frozen, bypass, disabled } = model
  const marks = [repeat > 1, frozen, bypass, disabled].filter(Boolean).length
  const room = textWidth - marks * markWidth
  const isLong = widthInEms(title) * titleSizes.middle > room - 4
  const name = isTall(model)
    ? 'card-name card-name-tall'
    : clipped('card-name', title, { near: titleSizes.near, middle: isLong ? longTitle : 0 }, room - 4)
  const word = longestWord(title)
  const isWord = word * titleSizes.farther > nameWidth && word * longWordSize <= nameWidth
  return [name, isLong ? ' card-name-long' : '', isWord ? ' card-name-word' : ''].join('')
}

/** Names which, with the marks behind them, take more than two lines from afar, are cut there. */
function titleClass({ title, repeat, frozen, bypass, disabled }: CardModel): string {
  const marks = [repeat > 1 ? `×${repeat}` : '', ...[frozen, bypass, disabled].map((is) => (is ? 'M' : ''))]
  const all = [...wordsOf(title), ...marks.filter((mark) => mark !== '').map((mark) => [mark])]
  const cut = (['far', 'farther'] as const).filter((level) => linesOf(all, nameWidth / titleSizes[level]) > 2)
  return ['card-title', ...cut.map((level) => `card-cut-${level}`)].join(' ')
}

function Foot({ model }: { readonly model: CardModel }) {
  const { errors, warnings } = model
  if (errors.length === 0 && warnings.length === 0) {
    const text = footText(model)
    const counts = model.parameters !== null && model.parameters > 0
    return (
      <div className={clipped(counts ? 'card-foot card-count' : 'card-foot', text, footSizes, footWidth)}>
        <span>{text}</span>
      </div>
    )
  }
  const broken = errors.length > 0
  const Icon = broken ? CircleAlert : TriangleAlert
  const sentences = [...errors, ...warnings].join('\n')
  return (
    <div className="card-foot card-clip">
      <span
        className={broken ? 'card-problem card-error' : 'card-problem card-warning'}
        title={broken ? `${sentences}\n\n${words.fixHint}` : sentences}
        data-fix={broken ? '' : undefined}
      >
        <Icon size={11} aria-hidden />
        {broken ? words.errors(errors.length) : words.warnings(warnings.length)}
      </span>
    </div>
  )
}
