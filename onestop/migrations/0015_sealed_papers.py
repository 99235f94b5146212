import onestop.kinds
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('onestop', '0014_opinions'),
    ]

    operations = [
        migrations.AlterField(
            model_name='casedocument',
            name='kind',
            field=models.CharField(choices=[(onestop.kinds.DocumentKind['FORM_01'], onestop.kinds.DocumentKind['FORM_01']), (onestop.kinds.DocumentKind['FORM_02'], onestop.kinds.DocumentKind['FORM_02']), (onestop.kinds.DocumentKind['FORM_03'], onestop.kinds.DocumentKind['FORM_03']), (onestop.kinds.DocumentKind['FORM_04'], onestop.kinds.DocumentKind['FORM_04']), (onestop.kinds.DocumentKind['FORM_05'], onestop.kinds.DocumentKind['FORM_05']), (onestop.kinds.DocumentKind['RESULT'], onestop.kinds.DocumentKind['RESULT']), (onestop.kinds.DocumentKind['SEALED'], onestop.kinds.DocumentKind['SEALED'])], max_length=12),
        ),
    ]
