const application = '[a-z][a-z0-9]*(?:-[a-z0-9]*[a-z][a-z0-9]*)*';
const applicationPattern = new RegExp(`^${application}$`);
const unitPattern = new RegExp(`^(${application})/(?:0|[1-9][0-9]*)$`);

/** Whether Juju takes the text for an application's name. */
export function isApplicationName(text: string): boolean {
  return applicationPattern.test(text);
}

/** Whether Juju takes the text for a unit's name. */
export function isUnitName(text: string): boolean {
  return unitPattern.test(text);
}

/** The application's part of a unit's name; undefined for what is none. */
export function applicationOf(unit: string): string | undefined {
  return unitPattern.exec(unit)?.[1];
}
