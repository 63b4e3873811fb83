/**
 * An event of the contract as a Server-Sent Event, the way the dashboard frames it.
 * @param {string} id the stream entry's id
 * @param {string[]} fields names and values in turn
 */
export function eventFrame(id, fields) {
  /** @type {Record<string, string>} */
  const event = {};
  for (let at = 0; at + 1 < fields.length; at += 2) {
    event[String(fields[at])] = String(fields[at + 1]);
  }
  return `id: ${id}\nevent: ${event.type}\ndata: ${eventData(event)}\n\n`;
}

/** @param {Record<string, string>} event */
export function eventData({ event_id, job_id, timestamp, data = '{}' }) {
  return JSON.stringify({ event_id, job_id, timestamp, ...JSON.parse(data) });
}
