"""A small roster of our own, built in code, and ways to spoil it."""

import io
import zipfile

from accounts.oneroster import read_roster

ORGS = "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId"
SESSIONS = "sourcedId,status,dateLastModified,title,type,startDate,endDate,parentSourcedId,schoolYear"
COURSES = (
    "sourcedId,status,dateLastModified,schoolYearSourcedId,title,courseCode,grades,orgSourcedId,subjects,subjectCodes"
)
CLASSES = (
    "sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode,classType,location,schoolSourcedId,"
    "termSourcedIds,subjects,subjectCodes,periods"
)
ENROLLMENTS = (
    "sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,endDate"
)
USERS = (
    "sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds,givenName,familyName,"
    "middleName,identifier,email,sms,phone,agentSourcedIds,grades,password"
)
USERS_12 = (
    "sourcedId,status,dateLastModified,enabledUser,username,userIds,givenName,familyName,middleName,identifier,"
    "email,sms,phone,agentSourcedIds,grades,password,userMasterIdentifier,preferredGivenName,preferredMiddleName,"
    "preferredFamilyName,primaryOrgSourcedId,pronouns"
)
ROLES = (
    "sourcedId,status,dateLastModified,userSourcedId,roleType,role,beginDate,endDate,orgSourcedId,userProfileSourcedId"
)
MANIFEST_FILES = ("academicSessions", "orgs", "courses", "classes", "users", "enrollments")


def table(header, *rows):
    return "\r\n".join((header, *rows)) + "\r\n"


def manifest(version="1.1", **modes):
    files = dict.fromkeys(MANIFEST_FILES, "bulk") | ({"roles": "bulk"} if version == "1.2" else {}) | modes
    return table(
        "propertyName,value",
        "manifest.version,1.0",
        f"oneroster.version,{version}",
        *(f"file.{name},{mode}" for name, mode in files.items()),
        "source.systemName,Our own",
    )


def roster():
    """OneRoster 1.1, without a fault: two schools, one class, a teacher, three students (one without a class)."""
    return {
        "manifest.csv": manifest(),
        "orgs.csv": table(
            ORGS,
            "d1,,,Lakeside District,district,,",
            "s1,,,Willow School,school,,d1",
            "s2,,,Harbor School,school,,d1",
        ),
        "academicSessions.csv": table(
            SESSIONS,
            "y1,,,2024-2025,schoolYear,2024-08-12,2025-06-07,,2025",
            "t1,,,Fall,term,2024-08-12,2025-01-11,y1,2025",
        ),
        "courses.csv": table(COURSES, "c1,,,y1,Mathematics 5,MA5,05,d1,Mathematics,"),
        "classes.csv": table(CLASSES, "k1,,,Math 5 Morning,05,c1,M5A,scheduled,12,s1,t1,Mathematics,,1"),
        "users.csv": table(
            USERS,
            "u1,,,true,s1,student,maya,,Maya,Lopez,,,,,,g1,05,",
            "u2,,,true,s1,student,jon,,Jon,Reed,,,,,,,05,",
            "u3,,,true,s2,student,ana,,Ana,Silva,,,,,,,03,",
            "u4,,,true,s1,teacher,reyes,,Ida,Reyes,,,ida@school.example,,555 0100,,,",
            "g1,,,true,s1,guardian,rosa,,Rosa,Lopez,,,rosa@home.example,,,,,",
            'g2,,,true,s1,parent,lee,,Lee,Reed,,,,,,"u2,u3",,',
        ),
        "enrollments.csv": table(
            ENROLLMENTS,
            "e1,,,k1,s1,u1,student,false,2024-08-12,2025-01-11",
            "e2,,,k1,s1,u2,student,false,,",
            "e3,,,k1,s1,u4,teacher,true,,",
        ),
    }


def roster_12():
    """The same people as OneRoster 1.2, without classes' changes."""
    files = roster()
    files["manifest.csv"] = manifest("1.2")
    files["users.csv"] = table(
        USERS_12,
        "u1,,,true,maya,,Maya,Lopez,,,,,,g1,05,,,May,,,s1,",
        "u2,,,true,jon,,Jon,Reed,,,,,,,05,,,,,,s1,",
        "u3,,,true,ana,,Ana,Silva,,,,,,,03,,,,,,s2,",
        "u4,,,true,reyes,,Ida,Reyes,,,ida@school.example,,,,,,,,,,s1,",
        "g1,,,true,rosa,,Rosa,Lopez,,,,,,,,,,,,,s1,",
        'g2,,,true,lee,,Lee,Reed,,,,,,"u2,u3",,,,,,,s1,',
    )
    files["roles.csv"] = table(
        ROLES,
        "r1,,,u1,primary,student,2024-08-12,,s1,",
        "r2,,,u2,primary,student,,,s1,",
        "r3,,,u3,primary,student,,,s2,",
        "r4,,,u4,primary,teacher,,,s1,",
        "r5,,,u4,secondary,guardian,,,s1,",
        "r6,,,g1,primary,guardian,,,s1,",
        "r7,,,g2,primary,parent,,,s1,",
    )
    return files


def zipped(files, compression=zipfile.ZIP_DEFLATED):
    """The files as an open zip; values are text (UTF-8) or bytes."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    stream.seek(0)
    return stream


def read(files, **options):
    return read_roster(zipped(files, zipfile.ZIP_STORED), **options)


def spoiled(name, old, new, files=None):
    """The roster with one piece of text replaced in one file; the text must be there."""
    files = files or roster()
    assert old in files[name]
    return files | {name: files[name].replace(old, new)}


def found(bundle, code):
    """The issues with this code."""
    return [issue for issue in bundle.issues if issue.code == code]


def everything_kept(bundle):
    """All text the bundle's records hold, for canary tests."""
    return repr(
        (
            bundle.orgs,
            bundle.sessions,
            bundle.courses,
            bundle.classes,
            bundle.users,
            bundle.roles,
            bundle.enrollments,
            bundle.links,
            bundle.held,
            bundle.issues,
        )
    )
