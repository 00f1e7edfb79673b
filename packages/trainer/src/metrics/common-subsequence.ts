/**
 * Where in `a` one of its longest common subsequences with `b` stands, in ascending order. Of several it is the one that a
 * walk back from the ends finds which, where both directions are as good, steps back in `a`: the choice of ROUGE 1.5.5.
 */
export function commonSubsequence(a: readonly string[], b: readonly string[]): number[] {
  const width = b.length + 1;
  // lengths[i · width + j] of the first i of a and the first j of b.
  const lengths = new Uint32Array((a.length + 1) * width);
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j < width; j++) {
      const at = i * width + j;
      lengths[at] =
        a[i - 1] === b[j - 1] ? lengths[at - width - 1]! + 1 : Math.max(lengths[at - width]!, lengths[at - 1]!);
    }
  }
  const positions: number[] = [];
  for (let i = a.length, j = b.length; i > 0 && j > 0; ) {
    const at = i * width + j;
    if (a[i - 1] === b[j - 1]) {
      positions.push(i - 1);
      i--;
      j--;
    } else if (lengths[at - 1]! > lengths[at - width]!) j--;
    else i--;
  }
  return positions.reverse();
}
