/** Elements of a list, by their name, as a jq path. @internal */
export function namedElement(list: string, name: string): string {
  return `${list} | select(.name == ${JSON.stringify(name)})`;
}

/** An annotation, as a jq path. @internal */
export function annotationPath(key: string): string {
  return `.metadata.annotations[${JSON.stringify(key)}]`;
}

/** Elements of a list that are none of those that were written, as a jq path: what a controller adds for a while. @internal */
export function otherElements(list: string, field: string, written: readonly string[]): string {
  return `${list} | select(${written.map(value => `${field} != ${JSON.stringify(value)}`).join(' and ')})`;
}
