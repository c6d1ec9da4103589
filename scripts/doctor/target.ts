/** What a report is about. */
export interface DoctorTarget {
  stage: string;
  /** For people: `stage prod`. */
  label: string;
  region: string;
  /** Whether the stage is in the local AWS. */
  isLocal: boolean;
  /** The command that made the report. */
  call: string;
}
