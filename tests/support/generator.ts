/** Random numbers below an argument; a small seeded generator, so that a failure can be reproduced. */
export function generator(seed: number): (below: number) => number {
  let state = seed * 2654435761 % 4294967296;
  return (below) => {
    state = (state * 1664525 + 1013904223) % 4294967296;
    return Math.floor(state / 4294967296 * below);
  };
}
