import { refuseNonFinite } from "../../finite.js";
import type { Strided } from "../../storage.js";
import { Tensor } from "../../tensor.js";

export function checkFinite({ storage, dtype, shape, strides, offset }: Strided, what: string): void {
  refuseNonFinite(new Tensor(storage, dtype, shape, strides, offset), what);
}
