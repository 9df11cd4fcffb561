/**
 * The part of the page's script that shows. Whatever comes from the fleet is put in as text, isolated from the direction
 * of what stands beside it, with its invisible characters shown. A constant of ours into which nothing is ever put.
 */
export const VIEW_SCRIPT = `
const $ = id => document.getElementById(id)
const UNSEEN = /[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]/gu
const visible = text => String(text).replace(UNSEEN, c => '\\u27e8U+' + c.codePointAt(0).toString(16).toUpperCase().padStart(4, '0') + '\\u27e9')

function make(tag, className, ...parts) {
  const element = document.createElement(tag)
  if (className) element.className = className
  element.append(...parts)
  return element
}
/** Text from elsewhere. */
function said(text) {
  const element = document.createElement('bdi')
  element.textContent = visible(text)
  return element
}
const count = n => Number(n).toLocaleString('en')
const plural = (n, one, many) => count(n) + ' ' + (n === 1 ? one : many)
function ago(ms) {
  const s = Math.max(0, Math.round(ms / 1000))
  if (s < 60) return s + ' s'
  if (s < 3600) return Math.floor(s / 60) + ' min ' + (s % 60) + ' s'
  if (s < 172800) return Math.floor(s / 3600) + ' h ' + Math.floor((s % 3600) / 60) + ' min'
  return Math.floor(s / 86400) + ' d ' + Math.floor((s % 86400) / 3600) + ' h'
}
const clockTime = at => new Date(at).toLocaleTimeString('en-GB')

/** Times that go on between two views: [element, text by the store's time]. */
let ticking = new Map()
function tick(now) {
  for (const list of ticking.values()) for (const { element, show } of list) show(element, now)
}
let times = []
function timed(show) {
  const element = make('span')
  times.push({ element, show })
  return element
}
const since = at => timed((e, now) => { e.textContent = ago(now - at) })
function left(until) {
  return timed((e, now) => {
    e.textContent = until <= now ? 'over' : ago(until - now)
    e.closest('td')?.classList.toggle('soon', until - now < 10000)
  })
}

/** Makes a part of the page anew when what it shows has changed; whoever is in it with the keyboard stays there. */
const shown = new Map()
function part(name, data, render) {
  const text = JSON.stringify(data)
  if (shown.get(name) === text) return
  shown.set(name, text)
  const key = document.activeElement?.dataset?.key
  times = []
  render(data)
  ticking.set(name, times)
  if (key && document.activeElement?.dataset?.key !== key)
    for (const element of document.querySelectorAll('[data-key]')) if (element.dataset.key === key) element.focus()
}
function table(name, data, nothing, cellsOf) {
  part(name, data, ({ total, shown: list }) => {
    const element = $(name)
    const box = $(name + '-box')
    const labels = [...element.tHead.rows[0].cells].map(c => c.textContent)
    const body = document.createDocumentFragment()
    list.forEach((one, i) => {
      const row = make('tr')
      cellsOf(one, i).forEach((parts, c) => {
        const cell = make('td', '', ...[parts].flat())
        cell.dataset.label = labels[c]
        row.append(cell)
      })
      body.append(row)
    })
    element.tBodies[0].replaceChildren(body)
    element.hidden = total === 0
    for (const old of box.querySelectorAll('.more, .none')) old.remove()
    if (total === 0) box.append(make('p', 'none', nothing))
    if (total > list.length) box.append(make('p', 'more', 'and ' + count(total - list.length) + ' more'))
  })
}
const reasons = list => list.map(({ code, message }) => {
  const line = make('p')
  line.append(make('span', 'code', said(code)), ': ', said(message))
  return line
})

const TO_DO = {
  expired: 'Find out whether it is back. With its data, and healthy: resolve it as repaired.',
  failed: 'Its holder gave it up. Once it is healthy, with its data: resolve it as repaired.',
}
const ELSE = ' If it will not come back: have its data made whole elsewhere, then resolve it as destroyed or retired.'

function showZones(zones) {
  part('zones', zones, ({ total, shown: list }) => {
    const rows = list.map(({ zone, hosts, reserved, casualties, maxOffline }) => {
      const used = reserved + casualties
      const whole = Math.max(used, maxOffline, 1)
      const bar = make('div', 'gauge')
      const add = (className, from, width) => {
        const piece = make('i', className)
        piece.style.left = (100 * from) / whole + '%'
        if (width !== undefined) piece.style.width = (100 * width) / whole + '%'
        bar.append(piece)
      }
      add('work', 0, reserved)
      add('bad', reserved, casualties)
      add('most', maxOffline)
      const words = plural(reserved, 'reserved', 'reserved') + ', ' + plural(casualties, 'casualty', 'casualties') + '; ' + count(maxOffline) + ' of ' + plural(hosts, 'host', 'hosts') + ' may be away'
      bar.setAttribute('aria-hidden', 'true')
      return make('div', used >= maxOffline ? 'zone full' : 'zone', said(zone), bar, make('span', 'words', words))
    })
    $('zones').replaceChildren(...rows)
    if (total === 0) $('zones').append(make('p', 'none', 'There are no hosts yet.'))
    if (total > list.length) $('zones').append(make('p', 'more', 'and ' + count(total - list.length) + ' more, which have more room'))
  })
}
function showCord(cord) {
  part('cord', cord, ({ level, by, reason, at }) => {
    const pulled = level !== 'released'
    $('cord').className = pulled ? 'pulled' : ''
    if (!pulled) return $('cord').replaceChildren('The cord is not pulled.')
    const what = level === 'freeze' ? 'Nothing may go on, not even back.' : 'Nothing new is granted.'
    const line = make('p')
    line.append(what + ' Pulled by ', said(by), ' ', since(at), ' ago: ', said(reason))
    $('cord').replaceChildren(make('strong', '', 'The cord is pulled: ' + level), line)
  })
}
function showFacts(view) {
  const { hosts, reservations, casualties, waiting } = view
  part('facts', [hosts, reservations.total, casualties.total, waiting.total], ([a, b, c, d]) => {
    const fact = (name, n, alarm) => make('div', alarm && n > 0 ? 'alarm' : '', make('dt', '', name), make('dd', '', count(n)))
    $('facts').replaceChildren(fact('hosts', a), fact('reserved', b), fact('casualties', c, true), fact('in line', d))
  })
}
function show(view, explain) {
  $('cell').textContent = visible(view.cell)
  const pulled = view.cord.level !== 'released'
  document.title = (pulled ? 'CORD PULLED \\u2013 ' : '') + 'Reservations ' + visible(view.cell)
  showCord(view.cord)
  showFacts(view)
  showZones(view.zones)
  table('casualties', view.casualties, 'There are none.', c => [
    said(c.host), [c.cause === 'expired' ? 'lease expired' : 'given up', make('small', '', said(c.reason))], [since(c.since), ' ago'],
    [said(c.holder), make('small', '', c.activity)], (TO_DO[c.cause] ?? '') + ELSE,
  ])
  table('reservations', view.reservations, 'Nobody has a host.', r => [
    said(r.host), r.breakGlass ? [said(r.holder), make('small', '', 'break-glass: ', said(r.breakGlass.join(', ')))] : said(r.holder),
    r.activity, r.phase, left(r.expiresAt), said(r.reason),
  ])
  table('waiting', view.waiting, 'Nobody waits.', (w, i) => [
    String(i + 1), [said(w.host), make('small', '', w.activity)], [said(w.holder), make('small', '', said(w.reason))], w.priority, [since(w.since), ' ago'], reasons(w.because),
  ])
  $('proposals-section').hidden = view.proposals.total === 0
  table('proposals', view.proposals, '', p => [said(p.host), said(p.holder), p.activity, said(p.reason), count(p.accepted), left(p.until)])
  table('denials', view.denials, 'Nothing was denied yet.', d => {
    const button = make('button', '', 'What would have to change?')
    button.type = 'button'
    button.dataset.key = [d.at, d.host, d.activity, d.holder].join(' ')
    const place = make('div')
    button.addEventListener('click', () => explain(d, place))
    return [[clockTime(d.at), make('small', '', since(d.at), ' ago')], [said(d.host), make('small', '', d.activity)], said(d.holder), said(d.step), [...reasons(d.reasons), button, place]]
  })
}
`
