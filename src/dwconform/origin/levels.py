"""The levels of the information model, and what a search resource may match and return on each.

Which attribute belongs to which level follows PS3.4 C.6.1.1 and the modules of PS3.3 A.1.2; the resources follow PS3.18
10.6.1.2.1 and 10.6.3.3.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from dwconform.origin.dictionary import tag_of

__all__ = ["ADDITIONAL", "Level", "Resource", "Scope", "level_of", "resource_of"]


class Level(IntEnum):
    """The levels, from the widest to the narrowest."""

    PATIENT = 0
    STUDY = 1
    SERIES = 2
    INSTANCE = 3


def _tags(keywords: str) -> frozenset[str]:
    tags = [tag_of(keyword) for keyword in keywords.split()]
    return frozenset(tag for tag in tags if tag)


_PATIENT = _tags("""
    PatientName PatientID IssuerOfPatientID IssuerOfPatientIDQualifiersSequence TypeOfPatientID
    ReferencedPatientSequence
    PatientBirthDate PatientBirthTime PatientBirthDateInAlternativeCalendar PatientDeathDateInAlternativeCalendar
    PatientAlternativeCalendar PatientSex OtherPatientIDs OtherPatientIDsSequence OtherPatientNames EthnicGroup
    EthnicGroupCodeSequence PatientComments PatientBirthName PatientMotherBirthName QualityControlSubject
    PatientIdentityRemoved DeidentificationMethod DeidentificationMethodCodeSequence PatientSpeciesDescription
    PatientSpeciesCodeSequence PatientBreedDescription PatientBreedCodeSequence BreedRegistrationSequence
    StrainDescription
    ResponsiblePerson ResponsiblePersonRole ResponsibleOrganization SourcePatientGroupIdentificationSequence
    GroupOfPatientsIdentificationSequence PatientAddress PatientTelephoneNumbers MilitaryRank BranchOfService
    CountryOfResidence RegionOfResidence PatientReligiousPreference PatientInsurancePlanCodeSequence
    ClinicalTrialSponsorName ClinicalTrialProtocolID ClinicalTrialProtocolName ClinicalTrialSiteID ClinicalTrialSiteName
    ClinicalTrialSubjectID ClinicalTrialSubjectReadingID ClinicalTrialProtocolEthicsCommitteeName
    ClinicalTrialProtocolEthicsCommitteeApprovalNumber NumberOfPatientRelatedStudies NumberOfPatientRelatedSeries
    NumberOfPatientRelatedInstances
""")
_STUDY = _tags("""
    StudyInstanceUID StudyDate StudyTime StudyID AccessionNumber IssuerOfAccessionNumberSequence StudyDescription
    ReferringPhysicianName ReferringPhysicianIdentificationSequence ConsultingPhysicianName
    ConsultingPhysicianIdentificationSequence PhysiciansOfRecord PhysiciansOfRecordIdentificationSequence
    NameOfPhysiciansReadingStudy PhysiciansReadingStudyIdentificationSequence RequestingService
    RequestingServiceCodeSequence ReferencedStudySequence ProcedureCodeSequence ReasonForPerformedProcedureCodeSequence
    AdmittingDiagnosesDescription AdmittingDiagnosesCodeSequence PatientAge PatientSize PatientWeight
    PatientBodyMassIndex PatientSizeCodeSequence MedicalAlerts Allergies SmokingStatus PregnancyStatus
    LastMenstrualDate PatientState Occupation AdditionalPatientHistory AdmissionID IssuerOfAdmissionIDSequence
    ServiceEpisodeID IssuerOfServiceEpisodeIDSequence ServiceEpisodeDescription PatientSexNeutered OtherStudyNumbers
    ModalitiesInStudy SOPClassesInStudy AnatomicRegionsInStudyCodeSequence NumberOfStudyRelatedSeries
    NumberOfStudyRelatedInstances ClinicalTrialTimePointID ClinicalTrialTimePointDescription
    LongitudinalTemporalOffsetFromEvent LongitudinalTemporalEventType ConsentForClinicalTrialUseSequence
    ReasonForVisit ReasonForVisitCodeSequence RequestedProcedureDescription RequestedProcedureCodeSequence
""")
_SERIES = _tags("""
    SeriesInstanceUID Modality SeriesNumber Laterality SeriesDate SeriesTime SeriesDescription
    SeriesDescriptionCodeSequence PerformingPhysicianName PerformingPhysicianIdentificationSequence OperatorsName
    OperatorIdentificationSequence ReferencedPerformedProcedureStepSequence RelatedSeriesSequence ProtocolName
    BodyPartExamined PatientPosition SmallestPixelValueInSeries LargestPixelValueInSeries RequestAttributesSequence
    PerformedProcedureStepID PerformedProcedureStepStartDate PerformedProcedureStepStartTime
    PerformedProcedureStepEndDate PerformedProcedureStepEndTime PerformedProcedureStepDescription
    PerformedProtocolCodeSequence CommentsOnThePerformedProcedureStep AnatomicalOrientationType
    TreatmentSessionUID PresentationIntentType NumberOfSeriesRelatedInstances ClinicalTrialCoordinatingCenterName
    ClinicalTrialSeriesID ClinicalTrialSeriesDescription FrameOfReferenceUID PositionReferenceIndicator
    Manufacturer InstitutionName InstitutionAddress StationName InstitutionalDepartmentName ManufacturerModelName
    DeviceSerialNumber SoftwareVersions
""")
ADDITIONAL = _tags("ModalitiesInStudy SOPClassesInStudy NumberOfStudyRelatedSeries NumberOfStudyRelatedInstances")
"""Study attributes of PS3.4 C.3.4, which every search resource may match (10.6.1.2.1)."""


def level_of(tag: str) -> Level:
    """The level of a standard attribute; what no higher level claims belongs to the instance."""
    if tag in _PATIENT:
        return Level.PATIENT
    if tag in _STUDY:
        return Level.STUDY
    return Level.SERIES if tag in _SERIES else Level.INSTANCE


@dataclass(frozen=True, slots=True)
class Scope:
    """What one search resource matches and returns.

    Attributes:
        level: what a result is.
        matches: the levels whose attributes may be matched (10.6.1.2.1).
        returns: the levels whose tables make up a result (10.6.3.3).
    """

    level: Level
    matches: frozenset[Level]
    returns: frozenset[Level]


class Resource:
    """The six search resources (Table 10.6.1-1)."""

    ALL_STUDIES = Scope(Level.STUDY, frozenset({Level.PATIENT, Level.STUDY}), frozenset({Level.STUDY}))
    STUDYS_SERIES = Scope(Level.SERIES, frozenset({Level.PATIENT, Level.SERIES}), frozenset({Level.SERIES}))
    ALL_SERIES = Scope(
        Level.SERIES, frozenset({Level.PATIENT, Level.STUDY, Level.SERIES}), frozenset({Level.STUDY, Level.SERIES})
    )
    STUDYS_INSTANCES = Scope(
        Level.INSTANCE,
        frozenset({Level.PATIENT, Level.SERIES, Level.INSTANCE}),
        frozenset({Level.SERIES, Level.INSTANCE}),
    )
    SERIES_INSTANCES = Scope(Level.INSTANCE, frozenset({Level.PATIENT, Level.INSTANCE}), frozenset({Level.INSTANCE}))
    ALL_INSTANCES = Scope(Level.INSTANCE, frozenset(Level), frozenset({Level.STUDY, Level.SERIES, Level.INSTANCE}))


def resource_of(level: Level, study: str | None, series: str | None) -> Scope:
    """The search resource for results of a level below a study, a series, or nothing."""
    if level is Level.STUDY:
        return Resource.ALL_STUDIES
    if level is Level.SERIES:
        return Resource.STUDYS_SERIES if study else Resource.ALL_SERIES
    if series:
        return Resource.SERIES_INSTANCES
    return Resource.STUDYS_INSTANCES if study else Resource.ALL_INSTANCES
