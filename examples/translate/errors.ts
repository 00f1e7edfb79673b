import { TypegradError } from "@typegrad/autograd";

/** Something about the user's files or arguments. */
export class InputError extends TypegradError {}
