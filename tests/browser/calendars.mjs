// Reads a calendar from standard input by ical.js and writes what the stories of tests/peers/mail compare.
import { readFileSync } from 'node:fs';
import ICAL from 'ical.js';

const calendar = new ICAL.Component(ICAL.parse(readFileSync(0, 'utf8')));
for (const zone of calendar.getAllSubcomponents('vtimezone')) ICAL.TimezoneService.register(zone);
const instant = (event, name) => {
  const time = event.getFirstPropertyValue(name);
  return time ? time.convertToZone(ICAL.Timezone.utcTimezone).toString() : null;
};
const entries = calendar.getAllSubcomponents('vevent').map((event) => ({
  uid: event.getFirstPropertyValue('uid'),
  sequence: event.getFirstPropertyValue('sequence'),
  recurrence: instant(event, 'recurrence-id'),
  start: instant(event, 'dtstart'),
  end: instant(event, 'dtend'),
  summary: event.getFirstPropertyValue('summary'),
  status: event.getFirstPropertyValue('status'),
  attendees: event.getAllProperties('attendee').length,
}));
process.stdout.write(JSON.stringify(entries));
