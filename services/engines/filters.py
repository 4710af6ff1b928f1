"""What a task does not want: by extension, kind, size and date."""

from dataclasses import dataclass
from datetime import UTC, datetime

from services.engines.options import Filters, Kind
from services.errors import ErrorCode, Skipped

EXTENSIONS = {
    Kind.IMAGE: "apng arw avif bmp cr2 cr3 dng gif heic heif ico jfif jp2 jpe jpeg jpg jxl nef "
    "orf png psd raw svg svgz tif tiff webp xcf",
    Kind.VIDEO: "3g2 3gp asf avi divx f4v flv m2ts m2v m4v mkv mov mp4 mpeg mpg mts ogm ogv rm "
    "rmvb ts vob webm wmv",
    Kind.ARCHIVE: "7z ace ar arj bz2 cab cpio deb dmg gz iso jar lha lz lz4 lzh lzma rar rpm tar "
    "tbz tbz2 tgz txz tzst war xz z zip zipx zst tar.br tar.bz2 tar.gz tar.lz tar.lz4 tar.lzma "
    "tar.xz tar.z tar.zst",
    Kind.DOCUMENT: "azw azw3 chm csv djvu doc docm docx epub fb2 htm html ics key md mobi mht "
    "mhtml numbers odg odp ods odt pages pdf pps ppsx ppt pptm pptx ps rst rtf srt tex tsv txt "
    "vtt xls xlsb xlsm xlsx xml xps",
}
MEDIA_TYPES = {
    Kind.ARCHIVE: "application/gzip application/java-archive application/vnd.debian.binary-package "
    "application/vnd.ms-cab-compressed application/vnd.rar application/x-7z-compressed "
    "application/x-apple-diskimage application/x-bzip application/x-bzip2 application/x-compress "
    "application/x-compressed application/x-cpio application/x-gtar application/x-gzip "
    "application/x-iso9660-image application/x-lzip application/x-lzma application/x-rar "
    "application/x-rar-compressed application/x-rpm application/x-tar application/x-xz "
    "application/x-zip-compressed application/zip application/zstd",
    Kind.DOCUMENT: "application/epub+zip application/msword application/pdf application/postscript "
    "application/rtf application/vnd.ms-excel application/vnd.ms-powerpoint "
    "application/x-mobipocket-ebook application/xhtml+xml application/xml",
}
PREFIXES = (
    ("image/vnd.djvu", Kind.DOCUMENT),
    ("image/", Kind.IMAGE),
    ("video/", Kind.VIDEO),
    ("text/", Kind.DOCUMENT),
    ("application/vnd.openxmlformats-officedocument.", Kind.DOCUMENT),
    ("application/vnd.oasis.opendocument.", Kind.DOCUMENT),
)
BY_EXTENSION = {word: kind for kind, words in EXTENSIONS.items() for word in words.split()}
BY_MEDIA_TYPE = {word: kind for kind, words in MEDIA_TYPES.items() for word in words.split()}


@dataclass(frozen=True, slots=True)
class Head:
    """What is known of a file before its bytes; `size` in bytes. None: nobody says."""

    name: str
    media_type: str | None = None
    size: int | None = None
    modified: datetime | None = None


def extensions(name: str) -> tuple[str, ...]:
    """Return the extensions of `name` in small letters, the longest first: `tar.gz`, `gz`."""
    parts = name.lower().split(".")
    longest = [f"{parts[-2]}.{parts[-1]}"] if len(parts) > 2 and parts[-2] else []
    return (*longest, parts[-1]) if len(parts) > 1 and parts[-1] else ()


def kind_of(name: str, media_type: str | None) -> Kind | None:
    """Return what a file is by its extension, or else by its media type; None: neither says."""
    for extension in extensions(name):
        if extension in BY_EXTENSION:
            return BY_EXTENSION[extension]
    word = (media_type or "").partition(";")[0].strip().lower()
    if word in BY_MEDIA_TYPE:
        return BY_MEDIA_TYPE[word]
    return next((kind for prefix, kind in PREFIXES if word.startswith(prefix)), None)


def check(filters: Filters, head: Head) -> None:
    """Raise `Skipped` if the task does not want this file. An unknown size or date passes."""
    _skip(
        _by_kind(filters, head)
        or (None if head.size is None else _by_size(filters, head.size))
        or (None if head.modified is None else _by_date(filters, head.modified))
    )


def check_size(filters: Filters, size: int) -> None:
    """Raise `Skipped` if a file of `size` bytes is too small or too large."""
    _skip(_by_size(filters, size))


def too_large(filters: Filters, received: int) -> bool:
    """Say whether so many bytes are more than the task takes."""
    return filters.max_size is not None and received > filters.max_size


def _skip(reason: str | None) -> None:
    if reason:
        raise Skipped(reason, code=ErrorCode.FILTERED)


def _by_kind(filters: Filters, head: Head) -> str | None:
    for extension in extensions(head.name):
        if extension in filters.excluded_extensions:
            return f"The file has the extension {extension}, which the task excludes."
    kind = kind_of(head.name, head.media_type)
    if kind is not None and kind in filters.excluded_kinds:
        return f"The file is of the kind {kind}, which the task excludes."
    return None


def _by_size(filters: Filters, size: int) -> str | None:
    if too_large(filters, size):
        return f"The file has {size:,} bytes; the task takes at most {filters.max_size:,}."
    if size < filters.min_size:
        return f"The file has {size:,} bytes; the task takes at least {filters.min_size:,}."
    return None


def _by_date(filters: Filters, modified: datetime) -> str | None:
    first, last = filters.modified_from, filters.modified_to
    if first is not None and modified < first:
        return f"The file is of {_shown(modified)}; the task takes none before {_shown(first)}."
    if last is not None and modified > last:
        return f"The file is of {_shown(modified)}; the task takes none after {_shown(last)}."
    return None


def _shown(time: datetime) -> str:
    return f"{time.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
