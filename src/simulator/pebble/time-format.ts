/** A time with milliseconds and the local offset, as Pebble writes changes. */
export function formatTime(time: Date): string {
  const fraction = String(time.getMilliseconds()).padStart(3, '0').replace(/0+$/, '');
  return local(time, fraction === '' ? '' : `.${fraction}`);
}

/** A time in whole seconds and with the local offset, as Pebble writes files and task logs. */
export function formatSeconds(time: Date): string {
  return local(time, '');
}

function local(time: Date, fraction: string): string {
  const offset = -time.getTimezoneOffset();
  const shifted = new Date(time.getTime() + offset * 60_000).toISOString().slice(0, 19);
  if (offset === 0) {
    return `${shifted}${fraction}Z`;
  }
  const minutes = Math.abs(offset);
  const zone = [Math.floor(minutes / 60), minutes % 60].map((part) =>
    String(part).padStart(2, '0'),
  );
  return `${shifted}${fraction}${offset < 0 ? '-' : '+'}${zone.join(':')}`;
}
