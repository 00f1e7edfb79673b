import type { Specialization } from "./specialization.js";
export interface ProgramStats {
  kernels: number;
}
export interface KernelTime {
  kernel: string;
}
export const stats = (_: Specialization | null): ProgramStats => ({ kernels: 0 });
export const explain = (_: Specialization | null): string => "";
export const profile = (_: Specialization | null): readonly KernelTime[] => [];
