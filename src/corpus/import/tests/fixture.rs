//! Small files for the tests: PDFs and DOCXs written byte by byte, so that nothing but the readers is under test.

use std::io::{Cursor, Write};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// Text at a place on a page; the origin is the lower left corner.
pub(super) struct Cell {
    x: f32,
    y: f32,
    size: f32,
    font: &'static str,
    text: String,
}

impl Cell {
    pub(super) fn text(x: f32, y: f32, size: f32, text: &str) -> Self {
        Self { x, y, size, font: "F1", text: text.to_owned() }
    }

    pub(super) fn bold(x: f32, y: f32, size: f32, text: &str) -> Self {
        Self { font: "F2", ..Self::text(x, y, size, text) }
    }
}

/// A PDF with a page for each list of cells, in Helvetica.
pub(super) fn pdf(pages: &[Vec<Cell>]) -> Vec<u8> {
    let contents: Vec<Vec<u8>> = pages.iter().map(|cells| draw(cells)).collect();
    file(&contents, "", "")
}

/// A tagged PDF: its page draws the paragraph first, and its tree names the heading first.
pub(super) fn tagged_pdf() -> Vec<u8> {
    let mut stream = Vec::new();
    let texts = ["Words of the paragraph.", "A heading", "1.", "an item", "k", "v", "1", "2", "Left out 3"];
    for (mark, text) in texts.iter().enumerate() {
        stream.extend(format!("/P << /MCID {mark} >> BDC\n").bytes());
        stream.extend(draw(&[Cell::text(72.0, 700.0 - 20.0 * mark as f32, 10.0, text)]));
        stream.extend(b"EMC\n");
    }
    let leaf = |role: &str, mark: u8| format!("<< /S /{role} /Pg 5 0 R /K {mark} >>");
    let row = |one: u8, other: u8| format!("<< /S /TR /K [{} {}] >>", leaf("TD", one), leaf("TD", other));
    let list = format!("<< /S /L /K << /S /LI /K [{} {}] >> >>", leaf("Lbl", 2), leaf("LBody", 3));
    let table = format!("<< /S /Table /K [{} {}] >>", row(4, 5), row(6, 7));
    let contents = format!("<< /S /TOC /K {} >>", leaf("TOCI", 8));
    let kids = [contents, leaf("H1", 1), leaf("P", 0), list, table].concat();
    file(&[stream], &format!("/Lang (en) /StructTreeRoot << /K << /S /Document /K [{kids}] >> >>"), "")
}

/// A PDF whose one page holds a picture.
pub(super) fn picture_pdf() -> Vec<u8> {
    let picture = b"q 100 0 0 100 0 0 cm BI /W 1 /H 1 /CS /G /BPC 8 ID \x80 EI Q".to_vec();
    file(&[picture], "", "")
}

/// A PDF that a password locks: its keys fit no password that anybody knows.
pub(super) fn encrypted_pdf() -> Vec<u8> {
    let key = "41".repeat(32);
    let encrypt = format!("/Encrypt << /Filter /Standard /V 1 /R 2 /O <{key}> /U <{key}> /P -4 >> /ID [<41> <41>]");
    file(&[draw(&[Cell::text(72.0, 700.0, 10.0, "secret")])], "", &encrypt)
}

fn draw(cells: &[Cell]) -> Vec<u8> {
    let mut stream = Vec::new();
    for Cell { x, y, size, font, text } in cells {
        stream.extend(format!("BT /{font} {size} Tf {x} {y} Td (").bytes());
        // WinAnsi has the bullet at 0x95.
        stream.extend(text.chars().map(|c| if c == '\u{2022}' { 0x95 } else { c as u8 }));
        stream.extend(b") Tj ET\n");
    }
    stream
}

fn file(contents: &[Vec<u8>], catalog: &str, trailer: &str) -> Vec<u8> {
    let font = |name: &str| format!("<< /Type /Font /Subtype /Type1 /BaseFont /{name} /Encoding /WinAnsiEncoding >>");
    let kids: Vec<String> = (0..contents.len()).map(|at| format!("{} 0 R", 5 + 2 * at)).collect();
    let mut objects: Vec<Vec<u8>> = vec![
        format!("<< /Type /Catalog /Pages 2 0 R {catalog} >>").into_bytes(),
        format!("<< /Type /Pages /Kids [{}] /Count {} >>", kids.join(" "), kids.len()).into_bytes(),
        font("Helvetica").into_bytes(),
        font("Helvetica-Bold").into_bytes(),
    ];
    for (at, content) in contents.iter().enumerate() {
        let resources = "/Resources << /Font << /F1 3 0 R /F2 4 0 R >> >>";
        objects.push(
            format!("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {} 0 R {resources} >>", 6 + 2 * at)
                .into_bytes(),
        );
        let mut stream = format!("<< /Length {} >> stream\n", content.len()).into_bytes();
        stream.extend(content);
        stream.extend(b"\nendstream");
        objects.push(stream);
    }
    let mut bytes = b"%PDF-1.7\n".to_vec();
    let mut places = Vec::new();
    for (at, object) in objects.iter().enumerate() {
        places.push(bytes.len());
        bytes.extend(format!("{} 0 obj\n", at + 1).bytes());
        bytes.extend(object);
        bytes.extend(b"\nendobj\n");
    }
    let table = bytes.len();
    bytes.extend(format!("xref\n0 {}\n0000000000 65535 f \n", places.len() + 1).bytes());
    for place in &places {
        bytes.extend(format!("{place:010} 00000 n \n").bytes());
    }
    bytes.extend(
        format!("trailer << /Size {} /Root 1 0 R {trailer} >>\nstartxref\n{table}\n%%EOF\n", places.len() + 1).bytes(),
    );
    bytes
}

/// A paragraph of a Word document; the style is given by its id.
pub(super) fn paragraph(style: &str, text: &str) -> String {
    format!("<w:p><w:pPr><w:pStyle w:val=\"{style}\"/></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>")
}

/// A Word document of these paragraphs and tables, with a title, a German heading and two lists.
pub(super) fn docx(parts: &[String]) -> Vec<u8> {
    let document = format!("<?xml version=\"1.0\"?><w:document><w:body>{}</w:body></w:document>", parts.concat());
    let styles = "<w:styles><w:style w:styleId=\"Title\"><w:name w:val=\"Title\"/></w:style><w:style w:styleId=\"berschrift1\">\
                  <w:name w:val=\"heading 1\"/></w:style></w:styles>";
    let numbering = "<w:numbering><w:abstractNum w:abstractNumId=\"0\"><w:lvl w:ilvl=\"0\"><w:numFmt w:val=\"bullet\"/></w:lvl>\
                     </w:abstractNum><w:abstractNum w:abstractNumId=\"1\"><w:lvl w:ilvl=\"0\"><w:numFmt w:val=\"decimal\"/></w:lvl>\
                     </w:abstractNum><w:num w:numId=\"1\"><w:abstractNumId w:val=\"0\"/></w:num>\
                     <w:num w:numId=\"2\"><w:abstractNumId w:val=\"1\"/></w:num></w:numbering>";
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in
        [("word/document.xml", document.as_str()), ("word/styles.xml", styles), ("word/numbering.xml", numbering)]
    {
        archive.start_file(name, SimpleFileOptions::default()).expect("memory takes files");
        archive.write_all(text.as_bytes()).expect("memory takes bytes");
    }
    archive.finish().expect("memory takes the end").into_inner()
}
