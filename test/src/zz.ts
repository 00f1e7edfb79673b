interface Unused {
  b: number;
}

export function boom(): void {
  const x: Unused = { b: 3 };
  if (x.b > 2) {
    throw new RangeError("boom");
  }
}
