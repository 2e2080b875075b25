/* SPDX-License-Identifier: MIT */
/*
 * Permissions, as far as POSIX's bits can tell of access lists.
 *
 * Bits for the owner alone stand for a list of our own, which inherits nothing
 * and names the user and the system, and of an app in a container its package.
 * Any other bit stands for what the directory says is inherited. Of a list that
 * is there, the bits for others tell what anybody but the user, the system and
 * its administrators may do; for directories, writing means to remove what
 * others put there. A kept session is marked by an attribute that says nothing
 * to anybody else.
 */
#include "os_windows.h"

#include <aclapi.h>
#include <errno.h>
#include <ntstatus.h>
#include <sddl.h>
#include <stdlib.h>

#define STICKY 01000u

/* What os_status says of the owner. */
#define OWNED_BY_US     0u
#define OWNED_BY_OTHERS 1u

unsigned tempfile__os_effective_user(void)
{
	return OWNED_BY_US;
}

/*
 * Who we are
 */

#define SID_BYTES SECURITY_MAX_SID_SIZE

union sid_place {
	SID sid;
	unsigned char bytes[SID_BYTES];
};

struct descriptor {
	SECURITY_DESCRIPTOR descriptor;
	union {
		ACL acl;
		unsigned char
			bytes[sizeof(ACL) +
			      3 * (sizeof(ACCESS_ALLOWED_ACE) + SID_BYTES)];
	} list;
};

/* Filled in once, and never changed. */
static struct {
	INIT_ONCE once;
	bool known;
	bool contained;
	union sid_place user;      /* whose process this is */
	union sid_place owner;     /* to whom what it makes belongs */
	union sid_place container; /* of an app */
	union sid_place system;
	struct descriptor file;
	struct descriptor directory;
} us = {.once = INIT_ONCE_STATIC_INIT};

/* What the token says first is a pointer to a SID. */
static bool query_sid(HANDLE token, TOKEN_INFORMATION_CLASS class,
		      union sid_place *place)
{
	union {
		PSID sid;
		unsigned char bytes[sizeof(TOKEN_USER) + SID_BYTES];
	} told;
	DWORD size;

	return GetTokenInformation(token, class, &told, sizeof told, &size) &&
	       told.sid && CopySid(sizeof *place, &place->sid, told.sid);
}

static bool is_contained(HANDLE token)
{
	DWORD contained = 0;
	DWORD size;

	return GetTokenInformation(token, TokenIsAppContainer, &contained,
				   sizeof contained, &size) &&
	       contained;
}

static bool allow(ACL *list, DWORD flags, union sid_place *who)
{
	return AddAccessAllowedAceEx(list, ACL_REVISION, flags, FILE_ALL_ACCESS,
				     &who->sid);
}

static bool describe(struct descriptor *made, DWORD flags)
{
	return InitializeSecurityDescriptor(&made->descriptor,
					    SECURITY_DESCRIPTOR_REVISION) &&
	       InitializeAcl(&made->list.acl, sizeof made->list,
			     ACL_REVISION) &&
	       allow(&made->list.acl, flags, &us.user) &&
	       allow(&made->list.acl, flags, &us.system) &&
	       (!us.contained ||
		allow(&made->list.acl, flags, &us.container)) &&
	       SetSecurityDescriptorOwner(&made->descriptor, &us.user.sid,
					  FALSE) &&
	       SetSecurityDescriptorDacl(&made->descriptor, TRUE,
					 &made->list.acl, FALSE) &&
	       SetSecurityDescriptorControl(
		       &made->descriptor, SE_DACL_PROTECTED, SE_DACL_PROTECTED);
}

static BOOL CALLBACK find_out(PINIT_ONCE once, void *arg, void **context)
{
	DWORD size = SID_BYTES;
	HANDLE token;

	(void)once, (void)arg, (void)context;
	if (!OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token))
		return TRUE;
	us.contained = is_contained(token) &&
		       query_sid(token, TokenAppContainerSid, &us.container);
	us.known = query_sid(token, TokenUser, &us.user) &&
		   query_sid(token, TokenOwner, &us.owner) &&
		   CreateWellKnownSid(WinLocalSystemSid, NULL, &us.system.sid,
				      &size) &&
		   describe(&us.file, 0) &&
		   describe(&us.directory,
			    OBJECT_INHERIT_ACE | CONTAINER_INHERIT_ACE);
	(void)CloseHandle(token);
	return TRUE;
}

static bool know_ourselves(void)
{
	(void)InitOnceExecuteOnce(&us.once, find_out, NULL, NULL);
	return us.known;
}

PSECURITY_DESCRIPTOR tempfile__nt_private(bool directory)
{
	if (know_ourselves())
		return directory ? &us.directory.descriptor
				 : &us.file.descriptor;
	errno = EPERM;
	return NULL;
}

/*
 * What is there
 */

/* The system's own can look everywhere, whatever a list says. */
static bool is_trusted(PSID sid)
{
	return EqualSid(sid, &us.user.sid) ||
	       (us.contained && EqualSid(sid, &us.container.sid)) ||
	       IsWellKnownSid(sid, WinLocalSystemSid) ||
	       IsWellKnownSid(sid, WinBuiltinAdministratorsSid) ||
	       IsWellKnownSid(sid, WinCreatorOwnerSid) ||
	       IsWellKnownSid(sid, WinCreatorOwnerRightsSid);
}

/* What the list allows to others; what it denies is not counted. */
static ACCESS_MASK others_may(const ACL *list)
{
	const ACCESS_ALLOWED_ACE *entry;
	ACCESS_MASK mask = 0;
	void *found;

	if (!list)
		return FILE_ALL_ACCESS;
	for (DWORD i = 0; i < list->AceCount; i++) {
		if (!GetAce((ACL *)(uintptr_t)list, i, &found))
			continue;
		entry = found;
		if (entry->Header.AceType == ACCESS_ALLOWED_ACE_TYPE &&
		    !(entry->Header.AceFlags & INHERIT_ONLY_ACE) &&
		    !is_trusted((PSID)(uintptr_t)&entry->SidStart))
			mask |= entry->Mask;
	}
	return mask;
}

static unsigned bits_of(ACCESS_MASK others, enum os_kind kind)
{
	unsigned bits = 0;

	if (others & (FILE_READ_DATA | GENERIC_READ | GENERIC_ALL))
		bits |= 0044;
	if (kind == OS_DIRECTORY) {
		if (others & (FILE_TRAVERSE | GENERIC_EXECUTE | GENERIC_ALL))
			bits |= 0011;
		if (others & (FILE_DELETE_CHILD | GENERIC_ALL))
			bits |= 0022;
	} else if (others & (FILE_WRITE_DATA | GENERIC_WRITE | GENERIC_ALL)) {
		bits |= 0022;
	}
	return bits;
}

static unsigned own_bits(HANDLE handle, enum os_kind kind)
{
	ULONG attributes = tempfile__nt_attributes(handle);

	if (kind == OS_DIRECTORY)
		return attributes & FILE_ATTRIBUTE_SYSTEM ? STICKY | 0700
							  : 0700;
	return attributes & FILE_ATTRIBUTE_READONLY ? 0400 : 0600;
}

/* For LocalFree; NULL: it may not be read. */
static PSECURITY_DESCRIPTOR read_descriptor(HANDLE handle, PSID *owner,
					    PACL *list)
{
	PSECURITY_DESCRIPTOR descriptor = NULL;

	if (GetSecurityInfo(
		    handle, SE_FILE_OBJECT,
		    OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION,
		    owner, NULL, list, NULL, &descriptor) != ERROR_SUCCESS)
		return NULL;
	return descriptor;
}

static bool is_ours(PSID owner)
{
	return EqualSid(owner, &us.user.sid) || EqualSid(owner, &us.owner.sid);
}

void tempfile__nt_read_security(HANDLE handle, struct os_status *status)
{
	PSECURITY_DESCRIPTOR descriptor;
	PSID owner;
	PACL list;

	status->owner = OWNED_BY_OTHERS;
	status->permissions = own_bits(handle, status->kind);
	if (!know_ourselves())
		return;
	descriptor = read_descriptor(handle, &owner, &list);
	if (!descriptor)
		return;
	if (owner && is_ours(owner))
		status->owner = OWNED_BY_US;
	status->permissions |= bits_of(others_may(list), status->kind);
	(void)LocalFree(descriptor);
}

/*
 * Changing it
 */

static bool set_attributes(HANDLE handle, ULONG attributes)
{
	FILE_BASIC_INFO basic = {.FileAttributes =
					 attributes ? attributes
						    : FILE_ATTRIBUTE_NORMAL};

	return SetFileInformationByHandle(handle, FileBasicInfo, &basic,
					  sizeof basic);
}

/* The marks that the bits of the owner, and the sticky one, stand for. */
static bool set_own_bits(HANDLE handle, unsigned permissions)
{
	ULONG before = tempfile__nt_attributes(handle);
	bool directory = before & FILE_ATTRIBUTE_DIRECTORY;
	ULONG mark =
		directory ? FILE_ATTRIBUTE_SYSTEM : FILE_ATTRIBUTE_READONLY;
	bool wanted = directory ? permissions & STICKY : !(permissions & 0200);
	ULONG after = wanted ? before | mark : before & ~mark;

	return after == before || set_attributes(handle, after);
}

/*
 * With access to change what is behind fd; what cannot be opened again, because
 * it has lost its name, as far as its handle goes. NULL and errno.
 */
static HANDLE open_for_change(int fd)
{
	const struct nt_how how = {.access = FILE_READ_ATTRIBUTES |
					     FILE_WRITE_ATTRIBUTES |
					     READ_CONTROL | WRITE_DAC};
	HANDLE process = GetCurrentProcess();
	HANDLE held = tempfile__nt_handle(fd);
	HANDLE handle;

	if (!held)
		return NULL;
	if (NT_SUCCESS(tempfile__nt_open_again(held, &how, &handle)) ||
	    DuplicateHandle(process, held, process, &handle, 0, FALSE,
			    DUPLICATE_SAME_ACCESS))
		return handle;
	(void)tempfile__nt_fail_by(GetLastError());
	return NULL;
}

static int make_private(HANDLE handle)
{
	bool directory =
		tempfile__nt_attributes(handle) & FILE_ATTRIBUTE_DIRECTORY;
	PSECURITY_DESCRIPTOR security = tempfile__nt_private(directory);

	if (!security)
		return -1;
	return SetKernelObjectSecurity(
		       handle,
		       DACL_SECURITY_INFORMATION |
			       PROTECTED_DACL_SECURITY_INFORMATION,
		       security)
		       ? 0
		       : tempfile__nt_fail_by(GetLastError());
}

static bool is_private(HANDLE handle)
{
	struct os_status status = {.kind = OS_FILE};

	tempfile__nt_read_security(handle, &status);
	return !tempfile__nt_is_shared(status.permissions);
}

/* Bits for others are not added here: only a place can say who they are. */
int tempfile__os_set_permissions(int fd, unsigned permissions)
{
	HANDLE handle = open_for_change(fd);
	int result = 0;
	int code;

	if (!handle)
		return -1;
	if (!set_own_bits(handle, permissions))
		result = tempfile__nt_fail_by(GetLastError());
	else if (!tempfile__nt_is_shared(permissions) && !is_private(handle))
		result = make_private(handle);
	code = errno;
	(void)CloseHandle(handle);
	errno = code;
	return result;
}

/* A directory that is made and removed; only its list is wanted. */
static NTSTATUS create_model_directory(int at, HANDLE *model)
{
	struct nt_how how = {.access = READ_CONTROL | DELETE,
			     .disposition = FILE_CREATE,
			     .options =
				     FILE_DIRECTORY_FILE | FILE_DELETE_ON_CLOSE,
			     .attributes = FILE_ATTRIBUTE_DIRECTORY};
	static const char digits[] = "0123456789abcdef";
	char name[] = "tempfile-................................";
	unsigned char bytes[16];

	if (tempfile__os_random(bytes, sizeof bytes) < 0)
		return STATUS_UNSUCCESSFUL;
	for (size_t i = 0; i < 32; i++)
		name[9 + i] = digits[bytes[i / 2] >> (i % 2 * 4) & 15];
	return tempfile__nt_open(at, name, &how, model);
}

/*
 * What bears the name, or something that was just made beside it: from its list
 * the system's own rules can be read.
 */
static NTSTATUS open_model(int at, const char *name, bool directory,
			   HANDLE *model)
{
	const struct nt_how how = {
		.access = READ_CONTROL,
		.options = FILE_OPEN_REPARSE_POINT |
			   (directory ? FILE_DIRECTORY_FILE
				      : FILE_NON_DIRECTORY_FILE)};
	NTSTATUS status = tempfile__nt_open(at, name, &how, model);

	if (NT_SUCCESS(status))
		return status;
	return directory ? create_model_directory(at, model)
			 : tempfile__nt_create_passing(tempfile__nt_handle(at),
						       NULL, model);
}

static int copy_list(HANDLE handle, HANDLE model)
{
	PSID owner;
	PACL list;
	PSECURITY_DESCRIPTOR descriptor = read_descriptor(model, &owner, &list);
	SECURITY_DESCRIPTOR_CONTROL control;
	DWORD revision;
	SECURITY_INFORMATION what = DACL_SECURITY_INFORMATION;
	int result = 0;

	if (!descriptor)
		return tempfile__nt_fail_with(EACCES);
	if (GetSecurityDescriptorControl(descriptor, &control, &revision))
		what |= control & SE_DACL_PROTECTED
				? PROTECTED_DACL_SECURITY_INFORMATION
				: UNPROTECTED_DACL_SECURITY_INFORMATION;
	if (!SetKernelObjectSecurity(handle, what, descriptor))
		result = tempfile__nt_fail_by(GetLastError());
	(void)LocalFree(descriptor);
	return result;
}

int tempfile__os_adopt_permissions(int fd, unsigned now, unsigned permissions,
				   int at, const char *name)
{
	HANDLE handle = open_for_change(fd);
	bool directory;
	NTSTATUS status;
	HANDLE model;
	int result;
	int code;

	(void)now;
	if (!handle)
		return -1;
	directory = tempfile__nt_attributes(handle) & FILE_ATTRIBUTE_DIRECTORY;
	status = open_model(at, name, directory, &model);
	result = NT_SUCCESS(status) ? copy_list(handle, model)
				    : tempfile__nt_fail(status);
	if (result == 0 && !set_own_bits(handle, permissions))
		result = tempfile__nt_fail_by(GetLastError());
	code = errno;
	if (NT_SUCCESS(status))
		(void)CloseHandle(model);
	(void)CloseHandle(handle);
	errno = code;
	return result;
}

/* An owner may always change the list. */
int tempfile__os_unlock_subdirectory(int at, const char *name)
{
	const struct nt_how how = {
		.access = READ_CONTROL | WRITE_DAC | FILE_READ_ATTRIBUTES,
		.options = FILE_DIRECTORY_FILE | FILE_OPEN_REPARSE_POINT};
	struct os_status found = {.kind = OS_DIRECTORY};
	HANDLE handle;
	NTSTATUS status = tempfile__nt_open(at, name, &how, &handle);
	int result = -1;
	int code;

	if (!NT_SUCCESS(status))
		return tempfile__nt_fail(status);
	tempfile__nt_read_security(handle, &found);
	if (tempfile__nt_is_link(handle, tempfile__nt_attributes(handle)))
		(void)tempfile__nt_fail_with(ENOTDIR);
	else if (found.owner != OWNED_BY_US)
		(void)tempfile__nt_fail_with(EPERM);
	else
		result = make_private(handle);
	code = errno;
	(void)CloseHandle(handle);
	errno = code;
	return result;
}
