// What Convene is measured against: @slack/bolt and better-sqlite3 doing the least that an RSVP needs, an upsert and a
// count. `node bolt.mjs API DATABASE FULL|NORMAL`; the signing secret comes in SLACK_SIGNING_SECRET.
import bolt from '@slack/bolt'
import Database from 'better-sqlite3'

const [api, file, synchronous] = process.argv.slice(2)
const db = new Database(file)
db.pragma('journal_mode = WAL')
db.pragma(`synchronous = ${synchronous}`)
db.exec('CREATE TABLE IF NOT EXISTS answers (session INTEGER, person TEXT, answer TEXT, at INTEGER, PRIMARY KEY (session, person))')
const put = db.prepare('INSERT INTO answers VALUES (?, ?, ?, ?) ON CONFLICT (session, person) DO UPDATE SET answer = excluded.answer, at = excluded.at')
const count = db.prepare("SELECT count(*) AS n FROM answers WHERE session = ? AND answer = 'yes'")
const fill = db.transaction(() => {
  for (let n = 0; n < 1000; n++) put.run(1, `U9${String(n).padStart(7, '0')}`, 'yes', Date.now())
})
fill()

function answered(person, text) {
  const [, answer, session] = text.split(' ')
  put.run(Number(session), person, answer, Date.now())
  return `Noted, ${answer}: ${count.get(Number(session)).n} come`
}

const app = new bolt.App({
  token: 'xoxb-bench',
  signingSecret: process.env.SLACK_SIGNING_SECRET,
  endpoints: ['/slack/commands', '/slack/interactivity'],
  clientOptions: { slackApiUrl: api },
  logLevel: bolt.LogLevel.ERROR,
})
app.command('/convene', async ({ command, ack }) => ack(answered(command.user_id, command.text)))
app.action(/^say/, async ({ ack, action, body, respond }) => {
  await ack()
  await respond({ response_type: 'ephemeral', replace_original: false, text: answered(body.user.id, action.value) })
})
const server = await app.start({ host: '127.0.0.1', port: 0 })
console.log(server.address().port)
