/**
 * The part of the page's script that listens: by a request whose answer does not end, so that it can carry a token, which
 * the browser's own event source cannot.
 */
export const STREAM_SCRIPT = `
// The browser's own: on the page there is nobody to hand in another one.
const steady = window.performance
const STALE_MS = 5000
const SILENT_MS = 10000
const KEY = 'andon-tower-token'
let token = ''
try { token = sessionStorage.getItem(KEY) ?? '' } catch {}
let heard = -Infinity
let offset = 0
let seen
let failures = 0

const headers = () => (token === '' ? {} : { authorization: token.includes(' ') ? token : 'Bearer ' + token })
const terms = { cache: 'no-store', credentials: 'omit', redirect: 'error', referrerPolicy: 'no-referrer' }

function hear(event, data) {
  const value = JSON.parse(data)
  if (event === 'view') {
    seen = value
    show(value, explain)
  } else if (event !== 'alive' || !seen) return
  heard = steady.now()
  offset = value.at - heard
  failures = 0
  trouble = ''
  $('main').hidden = false
  $('sign-in').hidden = true
  age()
  tick(value.at)
}

/** Reads events until the stream ends, or says nothing for too long. */
async function listen() {
  const cut = new AbortController()
  let last = steady.now()
  const watch = setInterval(() => steady.now() - last > SILENT_MS && cut.abort(), 1000)
  try {
    const answer = await fetch('/v1/tower', { ...terms, headers: headers(), signal: cut.signal })
    if (answer.status === 401 || answer.status === 403) return { refused: answer.status }
    if (!answer.ok) return { trouble: 'the server answers ' + answer.status }
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader()
    let rest = ''
    for (;;) {
      const { value, done } = await reader.read()
      if (done) return { trouble: 'the server ended the connection' }
      last = steady.now()
      const frames = (rest + value).split('\\n\\n')
      rest = frames.pop()
      for (const frame of frames) {
        const field = name => frame.split('\\n').find(line => line.startsWith(name + ': '))?.slice(name.length + 2)
        if (field('data')) hear(field('event'), field('data'))
      }
    }
  } catch {
    return { trouble: 'the server cannot be reached' }
  } finally {
    clearInterval(watch)
    cut.abort()
  }
}
let trouble = ''
async function stay() {
  for (;;) {
    const end = await listen()
    if (end.refused) return ask(end.refused)
    trouble = end.trouble
    age()
    failures++
    const wait = Math.min(15000, 500 * 2 ** Math.min(failures, 6)) * (0.5 + crypto.getRandomValues(new Uint8Array(1))[0] / 510)
    await new Promise(resolve => setTimeout(resolve, wait))
  }
}

/** Old news has to look old. */
function age() {
  const silence = steady.now() - heard
  const stale = silence > STALE_MS
  if (!$('sign-in').hidden) return
  const badge = $('connection')
  const state = seen === undefined ? 'connecting' : stale ? 'not live' : 'live'
  if (badge.textContent !== state) badge.textContent = state
  badge.className = 'badge ' + (state === 'live' ? 'good' : 'warn')
  document.body.classList.toggle('stale', stale && seen !== undefined)
  let words = ''
  if (seen === undefined) words = trouble
  else if (stale) words = 'No news' + (trouble ? ': ' + trouble : '') + '. This is how it was at ' + clockTime(heard + offset) + '.'
  // Said once: this is read aloud when it changes.
  if ($('news').textContent !== words) $('news').textContent = words
  if (!stale && seen) tick(steady.now() + offset)
}
setInterval(age, 1000)

function ask(status) {
  seen = undefined
  shown.clear()
  ticking.clear()
  document.body.classList.remove('stale')
  $('main').hidden = true
  $('sign-in').hidden = false
  $('news').textContent = ''
  $('connection').textContent = 'not signed in'
  $('connection').className = 'badge warn'
  $('refused').textContent = token === '' ? '' : status === 403 ? 'That token has not the role read.' : 'That token is not known here, or is too old.'
  $('token').focus()
}
$('sign-in').addEventListener('submit', event => {
  event.preventDefault()
  const given = $('token').value.trim()
  $('token').value = ''
  // What cannot stand in a header cannot be a token.
  if (!/^[\\x21-\\x7e]+( [\\x21-\\x7e]+)?$/.test(given)) return void ($('refused').textContent = 'That is no token.')
  token = given
  try { sessionStorage.setItem(KEY, token) } catch {}
  $('refused').textContent = ''
  void stay()
})

/** What each check says now, and what would have to change. */
async function explain({ host, activity }, place) {
  place.setAttribute('role', 'status')
  place.replaceChildren('asking \\u2026')
  try {
    const body = JSON.stringify({ host, activity })
    const answer = await fetch('/v1/tower/explain', { ...terms, method: 'POST', headers: { ...headers(), 'content-type': 'application/json' }, body, signal: AbortSignal.timeout(15000) })
    const told = await answer.json()
    if (!answer.ok) throw new Error(told?.error?.message ?? 'the server answers ' + answer.status)
    const list = make('ul')
    for (const { step, ok, change, reasons: why } of told.steps) {
      if (ok) continue
      const line = make('li', 'no', said(step), ': ')
      line.append(change ? said('until ' + String(change).slice(0, 300)) : said((why[0]?.message ?? 'no').slice(0, 300)))
      list.append(line)
    }
    if (told.grantable) place.replaceChildren('Nothing: it would be granted now.')
    else place.replaceChildren(list)
  } catch (error) {
    place.replaceChildren(said('This cannot be told now: ' + String(error.message).slice(0, 300)))
  }
}
void stay()
`
