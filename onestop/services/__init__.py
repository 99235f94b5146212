"""What can be done with a case, by the chapter of its life.

filing · receiving · requesting · handling · deciding · returning; `advancing` is the one place where a state
changes, `documents` and `notices` write the papers and tell the applicant.
"""
